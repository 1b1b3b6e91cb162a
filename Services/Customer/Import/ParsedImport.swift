/// What a chunk of lines holds: customers by their key, and faults.
struct ParsedImport: Sendable {
  /// Faults kept for the answer; further ones are only counted.
  static let maxFaults = 1000

  /// One customer each: several lines of one phone are merged, the later line over the earlier.
  private(set) var rows: [ImportRow] = []
  /// Lines merged into an earlier one of `rows`; they count as updates.
  private(set) var merged = 0
  /// Lines that are wrong.
  private(set) var rejected = 0
  private(set) var faults: [ImportFault] = []
  private var places: [String: Int] = [:]

  /// Lines read.
  var count: Int { rows.count + merged + rejected }

  /// Every tag of the rows, each once, in order.
  var tags: [String] { TagRules.normalise(rows.flatMap { $0.tags ?? [] }) }

  /// Every attribute's name.
  var attributeNames: Set<String> { rows.reduce(into: []) { $0.formUnion($1.attributes.keys) } }

  /// Every phone code, given or derived.
  var phoneCodes: Set<String> { Set(rows.compactMap(\.effectiveCode)) }

  /// Every zone.
  var timezones: Set<String> { Set(rows.compactMap(\.timezone)) }

  mutating func add(_ result: Result<ImportRow, ImportFaults>) {
    switch result {
    case .success(let row): add(row)
    case .failure(let faults): reject(faults.list)
    }
  }

  private mutating func add(_ row: ImportRow) {
    let key = row.key
    if let place = places[key] {
      guard rows[place].hasRoom(for: row) else {
        reject([ImportFault(line: row.line, field: "attributes", detail: AttributeRules.overflow)])
        return
      }
      rows[place].merge(row)
      merged += 1
    } else {
      places[key] = rows.count
      rows.append(row)
    }
  }

  /// Takes rows out, by their keys, for a fault that only the database knows.
  mutating func reject(_ keys: Set<String>, field: String, _ detail: String) {
    guard !keys.isEmpty else { return }
    let wrong = rows.filter { keys.contains($0.key) }
    rows.removeAll { keys.contains($0.key) }
    for row in wrong { reject([ImportFault(line: row.line, field: field, detail: detail)]) }
  }

  /// Counts one line as wrong.
  mutating func reject(_ list: [ImportFault]) {
    rejected += 1
    faults += list.prefix(Self.maxFaults - faults.count)
  }
}

extension ImportRow {
  /// What a customer is known by: the phone; without one the e-mail address, whatever its case.
  var key: String { phone?.digits ?? email.map { Self.fold($0.text) } ?? "" }

  /// ASCII letters in lower case, as the database's index has them.
  static func fold(_ email: String) -> String {
    String(decoding: email.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
