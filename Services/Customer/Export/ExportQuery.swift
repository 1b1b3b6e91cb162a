import Contracts

/// The data of `customer.export`: which customers, how they are written, and where the page begins.
struct ExportQuery: Sendable, Equatable {
  enum Format: String, Sendable, CaseIterable {
    /// RFC 4180, as the import reads it.
    case csv
    /// One object a line.
    case ndjson
  }

  var customers = CustomerQuery()
  var format = Format.ndjson
  /// The attributes that have a column, in order; CSV only.
  var attributes: [String] = []

  /// Reads {filter, limit, after, sort, format, attributes}.
  static func read(_ data: JSON, zones: TimeZoneNames) throws(Problem) -> ExportQuery {
    guard case .object(var members) = data else { throw Problem(.malformed, "The data is no object.") }
    var reader = FieldReader(
      .object(
        ["format": members.removeValue(forKey: "format"), "attributes": members.removeValue(forKey: "attributes")]
          .compactMapValues { $0 }))
    var query = ExportQuery()
    let format = reader.string("format", required: true, max: 16)
    if let format, let known = Format(rawValue: format) {
      query.format = known
    } else if format != nil {
      reader.fail("format", "must be one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    query.attributes =
      reader.strings("attributes", maxCount: ImportColumn.maxCount, max: AttributeRules.maxNameLength) ?? []
    try reader.finish()
    query.customers = try CustomerQuery.read(.object(members), zones: zones)
    return query
  }
}
