import Testing

@testable import Gateway

@Suite struct AnswerMemberTests {
  @Test func membersAreFoundWhereverTheyStand() {
    let body = Array(#"{"items":[{"id":1,"next":"inner"}],"next":"a\u002bb","id":7,"none":null}"#.utf8)
    #expect(AnswerMember.find("next", in: body) == "a+b")
    #expect(AnswerMember.find("id", in: body) == 7)
    #expect(AnswerMember.find("none", in: body) == .null)
    #expect(AnswerMember.find("other", in: body) == nil)
  }

  @Test(arguments: ["", "[]", "7", "{", #"{"next":}"#, #"{"next":"a"} x"#])
  func whatIsNoObjectHasNone(_ text: String) {
    #expect(AnswerMember.find("next", in: Array(text.utf8)) == nil)
  }
}
