import Contracts
import Messaging

extension OperationRequest {
  /// `id` of the data.
  func id() throws(Problem) -> Int64 {
    guard case .integer(let id)? = try json()["id"] else {
      throw Problem(.malformed, "The data lacks a whole number id.")
    }
    return id
  }
}

extension OperationReply {
  /// One element more than the limit was read, to know whether there is a next page.
  static func page<Element>(
    _ elements: [Element], limit: Int, more: [String: JSON] = [:], id: (Element) -> Int64, json: (Element) -> JSON
  ) -> OperationReply {
    let shown = elements.prefix(limit)
    let next = elements.count > limit ? shown.last.map { JSON.string(String(id($0))) } : nil
    return OperationReply(
      .object(more.merging(["items": .array(shown.map(json)), "next": next ?? .null]) { _, new in new }))
  }
}
