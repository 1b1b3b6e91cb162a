import Contracts
import FoundationEssentials
import Testing

struct BytesJSONTests {
  @Test(arguments: [
    "", "plain", "quote \" backslash \\ slash /", "tab\tline\nreturn\r", "\u{0}\u{1F}\u{7F}", "Привет 🙂", "\u{2028}",
  ])
  func stringsComeBack(_ text: String) throws {
    var bytes: [UInt8] = []
    bytes.append(string: text)
    #expect(try JSONDecoder().decode(String.self, from: Data(bytes)) == text)
  }

  @Test(arguments: [0, 7, -1, 10, 1_000_000, Int64.max, Int64.min])
  func numbersComeBack(_ number: Int64) {
    var bytes: [UInt8] = []
    bytes.append(number: number)
    #expect(String(decoding: bytes, as: UTF8.self) == String(number))
  }
}
