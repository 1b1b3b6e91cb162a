import Contracts

/// What is kept of a provider's answer, for people.
enum AnswerText {
  /// At most `Outcome.maxAnswer` bytes of UTF-8, without control characters (a database refuses a zero byte); nil for
  /// an empty answer.
  static func cut(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes.prefix(Outcome.maxAnswer), as: UTF8.self)
    var kept = String.UnicodeScalarView()
    var size = 0
    for scalar in text.unicodeScalars {
      let shown = scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar
      size += UTF8.width(shown)
      if size > Outcome.maxAnswer { break }
      kept.append(shown)
    }
    // A character that was cut in the middle has become a replacement.
    if bytes.count > Outcome.maxAnswer, kept.last == "\u{FFFD}" { kept.removeLast() }
    return kept.isEmpty ? nil : String(kept)
  }
}
