import Contracts
import Testing

@testable import Sender

struct ProviderWireTests {
  @Test(arguments: ["plain", "quote \" back \\ slash", "line\nend\ttab\u{1}", "Привет 👋", ""])
  func theBodyIsTheContract(text: String) throws {
    let message = BatchMessage(id: 9_007_199_254_740_993, customerID: 1, phone: "79161234567", text: text)
    let body = try JSON.parse(ProviderWire.body(of: message))
    #expect(body == ["id": 9_007_199_254_740_993, "phone": 79_161_234_567, "text": .string(text)])
  }

  @Test func repliesThatFit() {
    #expect(ProviderWire.read(Array(#"{"code":0,"message":"OK"}"#.utf8)) == ProviderBody(code: 0, message: "OK"))
    #expect(
      ProviderWire.read(Array(#"{ "message": "no", "code": -3, "x": 1 }"#.utf8))
        == ProviderBody(code: -3, message: "no"))
    #expect(ProviderWire.read(Array(#"{"code":5}"#.utf8)) == ProviderBody(code: 5, message: nil))
  }

  @Test(arguments: ["", "OK", "{}", "[0]", #"{"code":"0"}"#, #"{"code":null}"#, "<html>"])
  func repliesThatDoNotFit(text: String) {
    #expect(ProviderWire.read(Array(text.utf8)) == nil)
  }

  @Test func aPlainSuccessIsKnownByItsBytes() {
    #expect(ProviderWire.isPlainSuccess(Array(#"{"code":0,"message":"OK"}"#.utf8)))
    #expect(!ProviderWire.isPlainSuccess(Array(#"{"code":1,"message":"OK"}"#.utf8)))
  }
}
