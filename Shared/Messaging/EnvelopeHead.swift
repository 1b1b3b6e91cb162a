import Contracts
import FoundationEssentials

/// An envelope without its data, for those who pass the data on as the bytes it is.
struct EnvelopeHead: Codable, Sendable {
  var specversion = "1.0"
  var id: String
  var source: String
  var type: String
  var time: String
  var datacontenttype: String? = "application/json"
  var traceparent: String?
  var principal: String?
  var scopes: String?
  var idempotencykey: String?
  var deadline: String?

  /// The whole envelope: these attributes, then `data` as it stands.
  func encoded(data: [UInt8]) throws -> [UInt8] {
    var bytes = [UInt8](try JSONEncoder().encode(self))
    bytes.removeLast()
    bytes.reserveCapacity(bytes.count + data.count + 9)
    bytes += #","data":"#.utf8
    bytes += data
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  static func decode(_ bytes: [UInt8]) throws(Problem) -> EnvelopeHead {
    do {
      let head = try JSONDecoder().decode(EnvelopeHead.self, from: Data(bytes))
      guard head.specversion == "1.0" else {
        throw Problem(.malformed, "specversion must be \"1.0\" (CloudEvents)")
      }
      return head
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(.malformed, "The message is no CloudEvents envelope: \(Wire.reason(error))")
    }
  }
}
