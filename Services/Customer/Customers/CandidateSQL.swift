import Postgres

/// Selects customers' ids in order, from whichever index fits, so that a page costs the same however many match.
///
/// For each tag (or code, or zone) the index gives its customers by id after the bound; at most `limit` of each are
/// taken, merged, and each id kept once.
struct CandidateSQL {
  var tags: [String] = []
  var phoneCodes: [String] = []
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
  enum Source { case only, tags, phoneCodes, timezones, all }

  var source: Source {
    if only != nil { return .only }
    if !tags.isEmpty { return .tags }
    if !phoneCodes.isEmpty { return .phoneCodes }
    return timezones.isEmpty ? .all : .timezones
  }

  /// What the index serves, as a condition on `c`, for who comes to customers by another way.
  var condition: SQL? {
    switch source {
    case .only: only
    case .tags: Self.tagged(tags)
    case .phoneCodes: "c.phone_code = any(\(phoneCodes)::text[])"
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
    let direction: SQL = isDescending ? "desc" : "asc"
    let limit: SQL = "\(raw: String(limit))"
    switch source {
    case .all, .only:
      let bounds: SQL = isDescending ? "c.id < \(upper)" : "c.id > \(after ?? 0) and c.id <= \(through)"
      return """
        select c.id from customer.customer c where \(fragment: only ?? "true") and \(fragment: bounds)
        order by c.id \(fragment: direction) limit \(fragment: limit)
        """
    case .tags:
      let key = Key(group: "ct.tag_id", id: "ct.customer_id", value: "t.id")
      return """
        select distinct s.id from (\(fragment: TagStore.selecting(tags))) t cross join lateral (
          select ct.customer_id as id from customer.customer_tag ct
          where \(fragment: bounds(key)) order by \(fragment: order(key)) limit \(fragment: limit)) s
        order by s.id \(fragment: direction) limit \(fragment: limit)
        """
    case .phoneCodes, .timezones:
      // A customer has one code and one zone: nothing to make distinct.
      let column = source == .phoneCodes ? "c.phone_code" : "c.timezone"
      let key = Key(group: column, id: "c.id", value: "v")
      return """
        select s.id from unnest(\(source == .phoneCodes ? phoneCodes : timezones)::text[]) v cross join lateral (
          select c.id from customer.customer c
          where \(fragment: bounds(key)) and \(raw: column) is not null
          order by \(fragment: order(key)) limit \(fragment: limit)) s
        order by s.id \(fragment: direction) limit \(fragment: limit)
        """
    }
  }

  /// The columns of an index over (group, id), and the one group wanted.
  private struct Key {
    var group: String
    var id: String
    var value: String
  }

  /// Exclusive, in descending order.
  private var upper: Int64 { after ?? Int64.max }

  /// Both columns are compared as one row and ordered by together. With `group = value` the planner would know that
  /// the order is the id's alone, and might walk all customers by id and look at the group of each.
  private func bounds(_ key: Key) -> SQL {
    let row: SQL = "(\(raw: key.group), \(raw: key.id))"
    let value: SQL = "\(raw: key.value)"
    if isDescending {
      return """
        \(fragment: row) < (\(fragment: value), \(upper)) and \(fragment: row) > (\(fragment: value), \(Int64(0)))
        """
    }
    return """
      \(fragment: row) > (\(fragment: value), \(after ?? 0)) and \(fragment: row) <= (\(fragment: value), \(through))
      """
  }

  private func order(_ key: Key) -> SQL {
    let direction = isDescending ? "desc" : "asc"
    return "\(raw: key.group) \(raw: direction), \(raw: key.id) \(raw: direction)"
  }
}
