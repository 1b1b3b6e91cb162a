import Contracts

/// The fields of a mailout that need more than a look at their type.
extension MailoutDraft {
  static func text(_ reader: inout FieldReader, required: Bool) -> String? {
    guard let text = reader.string("text", required: required, max: maxText) else { return nil }
    do {
      _ = try Template(text)
      return text
    } catch {
      reader.fail("text", error.detail)
      return nil
    }
  }

  static func filter(_ reader: inout FieldReader) -> AudienceFilter? {
    reader.object("filter") { filter in
      let tags = filter.strings("tags", maxCount: 100, max: 64) ?? []
      let codes = filter.strings("phone_codes", maxCount: 100, max: PhoneCode.maxLength) ?? []
      for (index, code) in codes.enumerated() {
        if let fault = PhoneCode.fault(in: code) { filter.fail("phone_codes/\(index)", fault) }
      }
      let newsletters = filter.strings("newsletters", maxCount: 100, max: 255) ?? []
      let countries = filter.strings("countries", maxCount: 100, max: 255) ?? []
      let languages = filter.strings("languages", maxCount: 100, max: 5) ?? []
      return AudienceFilter(
        tags: tags, phoneCodes: codes, newsletters: newsletters, countries: countries, languages: languages)
    }
  }

  /// A name, or several in the order of falling over.
  static func providers(_ reader: inout FieldReader, known: Set<String>) -> [String]? {
    guard let value = reader.value("provider") else { return nil }
    var chosen: [String]?
    if case .array = value {
      chosen = reader.strings("provider", maxCount: 10, max: 64)
      if chosen?.isEmpty == true { reader.fail("provider", "must name at least one provider") }
      if let chosen, Set(chosen).count < chosen.count { reader.fail("provider", "must name each provider once") }
    } else {
      chosen = reader.string("provider", max: 64).map { [$0] }
    }
    for name in chosen ?? [] where !known.contains(name) {
      reader.fail(
        "provider", "\(name) is not a known provider; known are: \(known.sorted().joined(separator: ", "))")
    }
    return chosen
  }

  /// The providers a body names, before they are checked: whether all of them are known has to be asked first.
  static func providerNames(in body: JSON) -> [String] {
    switch body["provider"] {
    case .string(let name): [name]
    case .array(let names): names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    default: []
    }
  }

  static func window(_ reader: inout FieldReader) -> LocalWindow? {
    reader.object("local_window") { window -> LocalWindow? in
      func time(_ name: String) -> Int? {
        guard let text = window.string(name, required: true, max: 5) else { return nil }
        guard let time = LocalWindow.parse(text) else {
          window.fail(name, "must be a time of day like 09:00")
          return nil
        }
        return time
      }
      guard window.errors.isEmpty else { return nil }
      let (from, to) = (time("from"), time("to"))
      guard let from, let to else { return nil }
      guard let result = LocalWindow(from: from, to: to) else {
        window.fail("to", "must differ from the start; leave local_window out for the whole day")
        return nil
      }
      return result
    } ?? nil
  }

  static func timezone(_ reader: inout FieldReader) -> String? {
    guard let name = reader.string("default_timezone", max: 64) else { return nil }
    guard ZoneBook.isZone(name) else {
      reader.fail(
        "default_timezone", "is not a time zone of the tz database (release \(ZoneBook.version))")
      return nil
    }
    return name
  }
}
