import Postgres

/// Selects customers' ids in order, from whichever index fits, so that a page costs the same however many match.
///
/// For each tag (or newsletter, code, country, language, zone) the index gives its customers by id after the bound; at
/// most `limit` of each are taken, merged, and each id kept once.
struct CandidateSQL {
  var tags: [String] = []
  var newsletters: [String] = []
  var phoneCodes: [String] = []
  /// In small letters.
  var countries: [String] = []
  var languages: [String] = []
  var timezones: [String] = []
  /// A condition on `c` that few customers meet, and an index serves; goes before every other source.
  var only: SQL?
  /// Exclusive: greater ids only, or smaller ones in descending order. Nil: from the first, or the last.
  var after: Int64?
  /// Inclusive upper bound.
  var through = Int64.max
  var isDescending = false
  var limit: Int

  /// The filter the index serves; the others are left to the caller.
  enum Source { case only, tags, newsletters, phoneCodes, countries, languages, timezones, all }

  var source: Source {
    if only != nil { return .only }
    if !tags.isEmpty { return .tags }
    if !newsletters.isEmpty { return .newsletters }
    if !phoneCodes.isEmpty { return .phoneCodes }
    if !countries.isEmpty { return .countries }
    if !languages.isEmpty { return .languages }
    return timezones.isEmpty ? .all : .timezones
  }

  /// What the index serves, as a condition on `c`, for who comes to customers by another way.
  var condition: SQL? {
    switch source {
    case .only: only
    case .tags: Self.tagged(tags)
    case .newsletters: AudienceConditions.newsletters(newsletters)
    case .phoneCodes: AudienceConditions.phoneCodes(phoneCodes)
    case .countries: AudienceConditions.countries(countries)
    case .languages: AudienceConditions.languages(languages)
    case .timezones: "c.timezone = any(\(timezones)::text[])"
    case .all: nil
    }
  }

  /// Whether `c` has one of the tags.
  static func tagged(_ tags: [String]) -> SQL {
    """
    exists (select from customer.customer_tag ct
      where ct.customer_id = c.id and ct.tag_id = any(array(\(fragment: TagStore.selecting(tags)))))
    """
  }

  /// A select of one column, `id`, ordered. The limit stands in the text: a plan made for an unknown limit would sort.
  var sql: SQL {
    switch source {
    case .all, .only:
      let bounds: SQL = isDescending ? "c.id < \(upper)" : "c.id > \(after ?? 0) and c.id <= \(through)"
      return """
        select c.id from customer.customer c where \(fragment: only ?? "true") and \(fragment: bounds)
        order by c.id \(raw: direction) limit \(raw: String(limit))
        """
    case .tags:
      return merged(
        values: "(\(fragment: TagStore.selecting(tags))) v", isDistinct: true,
        Walk(table: "customer.customer_tag ct", group: ["ct.tag_id"], id: "ct.customer_id", value: ["v.id"]))
    case .newsletters:
      return merged(
        values: "unnest(\(newsletters)::text[]) v", isDistinct: true,
        Walk(
          table: "customer.subscription s", group: ["s.list", "s.name"], id: "s.customer_id",
          value: ["'newsletters'", "v"], condition: "s.is_subscribed"))
    case .phoneCodes: return merged(customersBy: "phone_code", phoneCodes)
    case .timezones: return merged(customersBy: "timezone", timezones)
    case .countries: return merged(contactsBy: AudienceConditions.country, "mailing_country", countries)
    case .languages: return merged(contactsBy: AudienceConditions.language, "email_lang", languages)
    }
  }

  // A customer has one code, zone, country and language: nothing to make distinct.

  private func merged(customersBy column: String, _ values: [String]) -> SQL {
    merged(
      values: "unnest(\(values)::text[]) v", isDistinct: false,
      Walk(
        table: "customer.customer c", group: ["c.\(column)"], id: "c.id", value: ["v"],
        condition: "c.\(column) is not null"))
  }

  private func merged(contactsBy expression: String, _ field: String, _ values: [String]) -> SQL {
    merged(
      values: "unnest(\(values)::text[]) v", isDistinct: false,
      Walk(
        table: "customer.contact_group_value g", group: [expression], id: "g.customer_id", value: ["v"],
        condition: "g.group_name = 'email' and g.data ->> '\(field)' is not null"))
  }

  /// An index over (group…, id), and the one group wanted. Trusted text.
  private struct Walk {
    var table: String
    var group: [String]
    var id: String
    var value: [String]
    /// The index's own.
    var condition = "true"
  }

  /// The first of every value `v`, merged.
  private func merged(values: SQL, isDistinct: Bool, _ walk: Walk) -> SQL {
    """
    select \(raw: isDistinct ? "distinct " : "")s.id from (select v.* from \(fragment: values)) v cross join lateral (
      select \(raw: walk.id) as id from \(raw: walk.table)
      where \(fragment: bounds(walk)) and \(raw: walk.condition)
      order by \(raw: order(walk)) limit \(raw: String(limit))) s
    order by s.id \(raw: direction) limit \(raw: String(limit))
    """
  }

  private var direction: String { isDescending ? "desc" : "asc" }

  /// Exclusive, in descending order.
  private var upper: Int64 { after ?? Int64.max }

  /// The columns are compared as one row and ordered by together. With `group = value` the planner would know that
  /// the order is the id's alone, and might walk all customers by id and look at the group of each.
  private func bounds(_ walk: Walk) -> SQL {
    let row: SQL = "(\(raw: (walk.group + [walk.id]).joined(separator: ", ")))"
    let value: SQL = "\(raw: walk.value.joined(separator: ", "))"
    if isDescending {
      return """
        \(fragment: row) < (\(fragment: value), \(upper)) and \(fragment: row) > (\(fragment: value), \(Int64(0)))
        """
    }
    return """
      \(fragment: row) > (\(fragment: value), \(after ?? 0)) and \(fragment: row) <= (\(fragment: value), \(through))
      """
  }

  private func order(_ walk: Walk) -> String {
    (walk.group + [walk.id]).map { "\($0) \(direction)" }.joined(separator: ", ")
  }
}
