import Contracts

extension FieldReader {
  /// A string that `parse` makes a value of.
  mutating func parsed<Value>(
    _ name: String, required: Bool = false, max: Int, _ parse: (String) throws(FieldFault) -> Value
  ) -> Value? {
    guard let text = string(name, required: required, max: max) else { return nil }
    do {
      return try parse(text)
    } catch {
      fail(name, error.detail)
      return nil
    }
  }

  /// An array of tags, each once, in order.
  mutating func tags(_ name: String) -> [String]? {
    guard let texts = strings(name, maxCount: TagRules.maxCount, max: TagRules.maxLength) else { return nil }
    for (index, text) in texts.enumerated() {
      do {
        _ = try TagRules.check(text)
      } catch {
        fail("\(name)/\(index)", error.detail)
      }
    }
    return TagRules.normalise(texts)
  }

  /// An object of strings; a null value stands where `allowNull`, and means that the attribute is to go.
  mutating func attributes(_ name: String, allowNull: Bool = false) -> [String: String?]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else {
      fail(name, "must be an object of strings, not \(value.kind)")
      return nil
    }
    if members.count > AttributeRules.maxCount {
      fail(name, "must have at most \(AttributeRules.maxCount) attributes")
      return nil
    }
    var attributes: [String: String?] = [:]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      do {
        try AttributeRules.checkName(key)
      } catch {
        fail("\(name)/\(key.prefix(100))", error.detail)
        continue
      }
      switch value {
      case .string(let text):
        if let fault = AttributeRules.fault(inValue: text) { fail("\(name)/\(key)", fault) }
        attributes[key] = text
      case .null where allowNull:
        attributes[key] = .some(nil)
      default:
        fail("\(name)/\(key)", "must be a string, not \(value.kind)")
      }
    }
    return attributes
  }
}
