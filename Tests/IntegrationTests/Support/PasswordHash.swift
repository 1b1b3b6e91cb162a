import Security

/// Hashes at the least cost.
enum PasswordHash {
  static func of(_ password: String) async throws -> String {
    try await PasswordHasher(cost: .minimum).hash(password)
  }
}
