internal import Glibc

/// A mail of plain text to one person.
public struct MailMessage: Sendable {
  public var from: MailAddress
  public var to: MailAddress
  public var subject: String
  public var text: String
  /// Letters, digits and dashes that no other mail of ours has. A mail that is sent again keeps it, so that whoever
  /// files mail can tell.
  public var id: String
  /// Seconds since 1970.
  public var date: Int

  public init(from: MailAddress, to: MailAddress, subject: String, text: String, id: String, date: Int) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.id = id
    self.date = date
  }

  /// The mail as it is sent (RFC 5322, RFC 2045): lines end in CR LF, the text is in Base64, so that nothing in it is
  /// changed on the way or means anything to a server.
  func bytes() -> [UInt8] {
    let id = String(decoding: id.utf8.filter(Self.isPlain), as: UTF8.self)
    let fields = [
      ("From", "<\(from.text)>"), ("To", "<\(to.text)>"), ("Subject", Self.encoded(subject)),
      ("Date", Self.time(date)), ("Message-ID", "<\(id)@\(from.domain)>"), ("MIME-Version", "1.0"),
      ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "base64"),
      // RFC 3834: nobody's holiday notice answers.
      ("Auto-Submitted", "auto-generated"),
    ]
    var lines = fields.map { "\($0.0): \($0.1)" } + [""]
    let body = Array(Base64.encode(Array(text.replacing("\n", with: "\r\n").utf8)).utf8)
    for start in stride(from: 0, to: body.count, by: 76) {
      lines.append(String(decoding: body[start..<min(start + 76, body.count)], as: UTF8.self))
    }
    return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  /// A header's text: as it is where it is plain ASCII and short, else as encoded words (RFC 2047), which have no line
  /// ends in them.
  static func encoded(_ text: String) -> String {
    if text.utf8.count <= 65, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), !text.contains("=?") { return text }
    var (words, word): ([String], [UInt8]) = ([], [])
    for character in text.unicodeScalars {
      let bytes = Array(String(character).utf8)
      if word.count + bytes.count > 39 {
        words.append("=?utf-8?B?\(Base64.encode(word))?=")
        word = []
      }
      word += bytes
    }
    return (words + ["=?utf-8?B?\(Base64.encode(word))?="]).joined(separator: "\r\n ")
  }

  /// "Thu, 26 Nov 2026 09:00:00 +0000"
  private static func time(_ seconds: Int) -> String {
    var (time, parts) = (time_t(seconds), tm())
    gmtime_r(&time, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
      + "\(clock) +0000"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }
}
