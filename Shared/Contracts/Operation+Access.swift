/// Who may.
extension Operation {
  // Queries, so that no password or token ever lies in a durable queue.
  public static let authenticate = query("operator.authenticate.v1", .customer, nil)
  public static let refreshToken = query("operator.refresh.v1", .customer, nil)
  public static let tokenKeys = query("token.keys.v1", .customer, nil)

  static let access: [Operation] = [
    authenticate, refreshToken, tokenKeys,
  ]
}
