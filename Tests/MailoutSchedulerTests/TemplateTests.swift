import Testing

@testable import MailoutScheduler

struct TemplateTests {
  @Test func placeholdersAreFilled() throws {
    let template = try Template("Hi {{first_name|friend}}, your code: {{ code }}!")
    #expect(template.render(["first_name": "Ann", "code": "7"]) == "Hi Ann, your code: 7!")
    #expect(template.render(["code": "7"]) == "Hi friend, your code: 7!")
    #expect(template.render(["first_name": ""]) == "Hi friend, your code: !")
    #expect(template.render(nil) == "Hi friend, your code: !")
  }

  @Test func fieldsAreNamedOnceAndThoseWithoutDefaultAreRequired() throws {
    let template = try Template("{{a}} {{b|x}} {{a}} {{b}}")
    #expect(template.fields == ["a", "b"])
    #expect(template.required == ["a", "b"])
    #expect(try Template("{{a|}}").required == [])
  }

  @Test(arguments: ["", "plain", "one { brace } or }} two", "ends with {"])
  func textsWithoutPlaceholdersStayAsTheyAre(text: String) throws {
    #expect(try Template(text).render(["a": "b"]) == text)
  }

  @Test(arguments: [
    ("{{{{", "{{"), ("a {{{{ b }} c", "a {{ b }} c"), ("{{{{a}}", "{{a}}"), ("{{{{{{a}}}}", "{{A}}"),
    ("{{a}}{{{{{{a}}", "A{{A"), ("{{{{{{{{", "{{{{"), ("}}{{a|}}}}", "}}A}}"), ("{{a|b|c}}", "A"), ("{{x|b|c}}", "b|c"),
  ])
  func twoBracesAreWrittenTwice(text: String, expected: String) throws {
    #expect(try Template(text).render(["a": "A"]) == expected)
  }

  /// A thousand customers' texts are in memory at once.
  @Test func textsAreOnlyAsManyAsFit() throws {
    let template = try Template("ab{{x}}{{y|four}}")
    let values: [[String: String]?] = [nil, ["x": "1234"], ["x": "é", "y": "7"]]  // 6, 10 and 5 bytes
    #expect([5, 15, 16, 20, 21, 99].map { template.fitting(values, within: $0) } == [1, 1, 2, 2, 3, 3])
    #expect(template.fitting(values, within: 0) == 1)
    #expect(template.fitting([], within: 0) == 0)
  }

  @Test func placeholdersAreCountedEachTime() throws {
    #expect(throws: Never.self) { try Template(String(repeating: "{{a}}", count: 64)) }
    #expect(throws: Template.Fault.self) { try Template(String(repeating: "{{a}}", count: 65)) }
  }

  @Test func aValueIsNeverReadAsATemplate() throws {
    #expect(try Template("{{a}}").render(["a": "{{b}}", "b": "x"]) == "{{b}}")
  }

  @Test(arguments: ["{{open", "{{}}", "{{ }}", "{{a b}}", "{{1a}}", "{{a-b}}", "{{|x}}", "{{{a}}}", "{{{{ {{"])
  func badPlaceholdersAreRefused(text: String) {
    #expect(throws: Template.Fault.self) { try Template(text) }
  }
}
