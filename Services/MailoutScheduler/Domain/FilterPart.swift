import Contracts

/// One of the lists of a mailout's filter, as its single values are added and removed.
enum FilterPart: Sendable {
  case tag, phoneCode

  /// The member of a body, and of the customer service's answer, that has the value.
  var member: String {
    switch self {
    case .tag: "tag"
    case .phoneCode: "phone_code"
    }
  }

  /// The member of the data that has its id.
  var idMember: String { "\(member)_id" }

  /// What the customer service is asked for the value of an id.
  var operation: Operation {
    switch self {
    case .tag: .readTag
    case .phoneCode: .readPhoneCode
    }
  }

  private var values: WritableKeyPath<AudienceFilter, [String]> & Sendable {
    switch self {
    case .tag: \.tags
    case .phoneCode: \.phoneCodes
    }
  }

  private var maxCount: Int {
    switch self {
    case .tag: 100
    case .phoneCode: 100
    }
  }

  /// `{"tag": "vip"}`
  func read(_ body: JSON) throws(Problem) -> String {
    var reader = FieldReader(body)
    let value = reader.string(member, required: true, max: self == .tag ? 64 : PhoneCode.maxLength)
    if self == .phoneCode, let value, let fault = PhoneCode.fault(in: value) { reader.fail(member, fault) }
    try reader.finish()
    return value ?? ""
  }

  func add(_ value: String, to filter: inout AudienceFilter) throws(Problem) {
    guard !filter[keyPath: values].contains(value) else { return }
    guard filter[keyPath: values].count < maxCount else {
      throw Problem(.conflict, "The mailout has \(maxCount) of them already.")
    }
    filter[keyPath: values].append(value)
  }

  func remove(_ value: String, from filter: inout AudienceFilter) throws(Problem) {
    guard let index = filter[keyPath: values].firstIndex(of: value) else {
      throw Problem(.notFound, "The mailout's filter has no \(member) \(value).")
    }
    filter[keyPath: values].remove(at: index)
  }
}
