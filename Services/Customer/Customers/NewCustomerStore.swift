import FoundationEssentials
import Postgres

/// Creates a customer by one statement, whose answer the database completes: only it knows the id, the time and the ids
/// of the tags.
struct NewCustomerStore: Sendable {
  let draft: CustomerDraft

  /// The customer as it will be, but for what the database gives.
  private func record() throws -> CustomerRecord {
    CustomerRecord(
      id: 0, uuid: UUID(), phone: draft.phone?.digits, phoneCode: draft.phoneCode, timezone: draft.timezone,
      email: draft.email?.text, firstName: draft.firstName, lastName: draft.lastName,
      attributes: try CustomerStore.json(draft.attributes), revision: 1, createdAt: .now, updatedAt: .now, tagIDs: [],
      tags: draft.tags)
  }

  /// Common table expressions for `IdempotencyStore.once`. They do nothing where one of the tags does not exist yet.
  /// - Parameter telling: an insert for each row of `new` that tells of its `id`.
  func parts(telling: SQL) throws -> SQL {
    let record = try record()
    var texts: [UInt8] = []
    record.appendTexts(to: &texts)
    return """
      wanted as materialized (select id, name from customer.tag where name = any(\(record.tags)::text[])),
      new as (
        insert into customer.customer
          (uuid, phone, phone_code, timezone, email, first_name, last_name, attributes)
        select \(record.uuid), \(record.phone), \(record.phoneCode), \(record.timezone), \(record.email),
          \(record.firstName), \(record.lastName), \(record.attributes)::text::jsonb
        from gate where (select count(*) from wanted) = \(Int64(record.tags.count))
        returning id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at),
      linked as (
        insert into customer.customer_tag (tag_id, customer_id) select wanted.id, new.id from wanted cross join new),
      told as (\(fragment: telling)),
      answer as (
        select convert_to(
          '{"id":' || id || \(String(decoding: texts, as: UTF8.self))
            || array_to_string(array(select id from wanted order by name), ',')
            || '],"created_at":"' || at || '","updated_at":"' || at || '"}', 'UTF8') as body,
          \(record.etag)::text as etag, id::text as subject
        from new)
      """
  }

  /// The id in such an answer.
  static func id(in answer: [UInt8]) -> Int64? {
    Int64(
      String(decoding: answer.dropFirst(#"{"id":"#.utf8.count).prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }
}
