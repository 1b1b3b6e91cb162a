/// Customers by their e-mail address, and their own accounts.
extension Operation {
  /// `{"email", "customer_id"?, "country"?, "language"?}`
  public static let createProfile = command("profile.create.v1", .customer, "profiles:write")
  /// `{"email"}`
  public static let readProfile = query("profile.read.v1", .customer, "profiles:read")
  /// `{"limit"?, "after"?}`
  public static let listProfiles = query("profile.list.v1", .customer, "profiles:read")
  /// `{"email", "changes": {"language"}}`
  public static let updateProfile = command("profile.update.v1", .customer, "profiles:write")
  /// `{"email"}`
  public static let deleteProfile = command("profile.delete.v1", .customer, "profiles:write")

  static let profiles: [Operation] = [createProfile, readProfile, listProfiles, updateProfile, deleteProfile]
}

/// How customers log in. None of these has a scope: they are how one gets a credential. And none lies in a durable
/// queue, so that no password or token ever does.
extension Operation {
  /// `{"email", "password", "country"?, "language"?}`: a customer with an account, in one step.
  public static let signUp = command("account.sign-up.v1", .customer, nil, transient: true)
  /// `{"email", "password"}`
  public static let logIn = query("account.log-in.v1", .customer, nil)
  /// `{"refresh_token"}`
  public static let refreshSession = query("account.refresh.v1", .customer, nil)
  /// `{"refresh_token"}`
  public static let logOut = query("account.log-out.v1", .customer, nil)
  /// `{"email"}`: a one-time token is mailed there, if anybody is known by it.
  public static let requestReset = query("account.reset-request.v1", .customer, nil)
  /// `{"email", "password", "token" | "old_password"}`
  public static let resetPassword = query("account.reset.v1", .customer, nil)
  /// `{"session"}`, for gateways: whether a session goes on, and what it may.
  public static let sessionStanding = query("account.session.v1", .customer, nil)

  static let accounts: [Operation] = [
    signUp, logIn, refreshSession, logOut, requestReset, resetPassword, sessionStanding,
  ]
}
