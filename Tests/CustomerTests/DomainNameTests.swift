import Testing

@testable import Customer

struct DomainNameTests {
  @Test(arguments: [
    ("ahmed.jazzar.com", "ahmed.jazzar.com"), ("Example.COM.", "example.com"), ("localhost", "localhost"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("a_b.c-d.e1", "a_b.c-d.e1"),
  ])
  func aDomainIsKeptInOneForm(_ text: String, _ kept: String) throws {
    #expect(try DomainName(text).text == kept)
  }

  @Test(arguments: [
    "", ".", "a..b", ".a", "-a.com", "a-.com", "a b.com", "bücher.example", "http://a.com", "a.com/x", "a@b.com",
    "a:80",
    "a\u{0}b", String(repeating: "a", count: 64) + ".com",
    Array(repeating: String(repeating: "a", count: 50), count: 6).joined(separator: "."),
  ])
  func whatIsNoDomainIsRefused(_ text: String) {
    #expect(throws: FieldFault.self) { try DomainName(text) }
  }
}
