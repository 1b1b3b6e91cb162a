/// The open connections of a server. A value; its owner locks it.
struct ConnectionTable {
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var counts: [String: Int] = [:]

  var count: Int { connections.count }
  var all: [Connection] { Array(connections.values) }

  func count(from address: String) -> Int { counts[address] ?? 0 }

  mutating func add(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = connection
    counts[connection.remoteAddress, default: 0] += 1
  }

  mutating func remove(_ connection: Connection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    let left = count(from: connection.remoteAddress) - 1
    counts[connection.remoteAddress] = left > 0 ? left : nil
  }
}
