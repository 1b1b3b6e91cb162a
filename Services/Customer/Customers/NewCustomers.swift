import Contracts
import Messaging
import Postgres
import Service

/// Makes customers, those who are asked for at the same time by one statement, whose answers the database completes.
struct NewCustomers: Sendable {
  private let coalescer: Coalescer<NewCustomer, OperationReply?>

  /// - Parameter executor: where the statements are written and read.
  init(
    pool: PostgresPool, idempotency: IdempotencyStore, outbox: Outbox, log: Log, executor: (any TaskExecutor)?
  ) {
    coalescer = Coalescer(executor: executor) { customers in
      do {
        let replies = try await idempotency.together(
          customers.map(\.request), on: pool, parts: Self.parts(customers, outbox: outbox))
        outbox.ring()
        return replies.map { .success($0) }
      } catch {
        // Whose fault it was is not known: each is tried alone, and the one who fails again is told why.
        log.debug("customers are made one by one", [.field("customers", customers.count), .error(error)])
        return customers.map { _ in .success(nil) }
      }
    }
  }

  /// The answer; nil where nothing was done and `CustomerStore.create` must: the key was used, the phone is taken, a tag
  /// is new, or another one's request made the statement fail.
  func create(_ draft: CustomerDraft, for request: OperationRequest) async throws -> OperationReply? {
    // Whoever opts out has more told of them than the statement does.
    guard draft.optedOut != true, IdempotencyStore.canBeTogether(request) else { return nil }
    return try await coalescer(NewCustomer(draft, for: request))
  }

  /// The id in such an answer.
  static func id(in answer: [UInt8]) -> Int64? {
    Int64(
      String(decoding: answer.dropFirst(#"{"id":"#.utf8.count).prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }

  /// Common table expressions for `IdempotencyStore.together`.
  private static func parts(_ customers: [NewCustomer], outbox: Outbox) -> SQL {
    let records = customers.map(\.record)
    let tags = records.enumerated().flatMap { index, record in record.tags.map { (n: Int64(index + 1), name: $0) } }
    let heads = customers.map { outbox.head(EventType.customerCreated.rawValue, by: $0.request.principal) }
    let told = outbox.inserting(
      EventType.customerCreated.rawValue, head: "head", data: #"'{"id":' || id || ',"revision":1}'"#, from: "placed")
    return """
      draft as materialized (
        select * from unnest(\(records.map(\.uuid))::uuid[], \(records.map(\.phone))::text[],
          \(records.map(\.phoneCode))::text[], \(records.map(\.timezone))::text[], \(records.map(\.email))::text[],
          \(records.map(\.firstName))::text[], \(records.map(\.lastName))::text[], \(records.map(\.attributes))::text[],
          \(records.map { Int64($0.tags.count) })::bigint[], \(customers.map(\.texts))::text[], \(heads)::text[],
          \(records.map(\.etag))::text[])
        with ordinality
        draft (uuid, phone, code, zone, email, first, last, attributes, tags, texts, head, etag, n)),
      wanted as materialized (
        select w.n, w.name, tag.id
        from unnest(\(tags.map(\.n))::bigint[], \(tags.map(\.name))::text[]) w (n, name)
        join customer.tag on tag.name = w.name for key share of tag),
      new as (
        insert into customer.customer
          (uuid, phone, phone_code, timezone, email, first_name, last_name, attributes)
        select uuid, phone, code, zone, email, first, last, attributes::jsonb from gate join draft using (n)
        where tags = (select count(*) from wanted where wanted.n = draft.n)
        order by phone collate "C"
        on conflict do nothing
        returning uuid, id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at),
      placed as materialized (select * from new join draft using (uuid)),
      linked as (
        insert into customer.customer_tag (tag_id, customer_id)
        select wanted.id, placed.id from placed join wanted using (n)),
      told as (\(fragment: told)),
      answer as (
        select n, convert_to(
          '{"id":' || id || texts
            || array_to_string(array(select w.id from wanted w where w.n = placed.n order by w.name collate "C"), ',')
            || '],"created_at":"' || at || '","updated_at":"' || at || '"}', 'UTF8') as body,
          etag, id::text as subject
        from placed)
      """
  }
}
