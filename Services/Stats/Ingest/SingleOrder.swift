import Contracts

/// What is left of the order of a message that is no mailout's.
enum SingleOrder: Sendable {
  case known(OwnText)
  /// Its customer is gone, and the text with them.
  case forgotten

  var own: OwnText? {
    if case .known(let own) = self { own } else { nil }
  }
}
