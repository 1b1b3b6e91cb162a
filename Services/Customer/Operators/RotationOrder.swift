import FoundationEssentials

/// `rotate-token-key` as asked for on the command line.
struct RotationOrder: Sendable, Equatable {
  /// Until the new key signs: by then every gateway has asked for the keys again and knows it.
  static let delay: TimeInterval = 180

  let path: String
  /// Signs at once, before every gateway knows the key: they ask for it when they first see it.
  var isNow = false
  /// The other keys are taken out at once: for a key that somebody has got hold of. Everybody must log in again.
  var forgetsOthers = false

  /// - Throws: `CustomerError` `usage`.
  init(_ arguments: [String]) throws(CustomerError) {
    var paths: [String] = []
    for argument in arguments {
      switch argument {
      case "--now": isNow = true
      case "--forget-others": (isNow, forgetsOthers) = (true, true)
      default: paths.append(argument)
      }
    }
    guard paths.count == 1, let path = paths.first, !path.hasPrefix("-") else {
      throw CustomerError(.usage, "takes the key file, and --now or --forget-others")
    }
    self.path = path
  }

  func carryOut(now: Date = .now) throws(CustomerError) -> String {
    let start = isNow ? now : now.addingTimeInterval(Self.delay)
    let id = try TokenKeys.rotate(file: path, from: start, forgetsOthers: forgetsOthers, now: now)
    let when = isNow ? "signs from now on" : "signs in \(Int(Self.delay)) seconds"
    return "customer: the new key \(id) \(when)" + (forgetsOthers ? "; all others are gone" : "")
  }
}
