/// Who may: credentials, and those who have them.
extension Operation {
  // Queries, so that no password or token ever lies in a durable queue.
  public static let authenticate = query("operator.authenticate.v1", .customer, nil)
  public static let refreshToken = query("operator.refresh.v1", .customer, nil)
  public static let tokenKeys = query("token.keys.v1", .customer, nil)
  public static let authenticateClient = query("client.authenticate.v1", .customer, nil)
  /// For gateways: whether an API key is good, by its prefix and digest, and what it may.
  public static let verifyAPIKey = query("api-key.verify.v1", .customer, nil)
  /// For gateways: whether a client is still there and enabled, and what it may.
  public static let clientStanding = query("client.standing.v1", .customer, nil)
  /// For the services: what a program on the queues may.
  public static let integrationScopes = query("integration.scopes.v1", .customer, nil)

  /// From gateways: that somebody asked for a change without having the scope for it.
  public static let noteRefusal = command("access.refused.v1", .customer, nil, transient: true)

  public static let createAPIKey = command("api-key.create.v1", .customer, "admin:write")
  public static let readAPIKey = query("api-key.read.v1", .customer, "admin:read")
  public static let listAPIKeys = query("api-key.list.v1", .customer, "admin:read")
  public static let updateAPIKey = command("api-key.update.v1", .customer, "admin:write")
  public static let deleteAPIKey = command("api-key.delete.v1", .customer, "admin:write")

  public static let createClient = command("client.create.v1", .customer, "admin:write")
  public static let readClient = query("client.read.v1", .customer, "admin:read")
  public static let listClients = query("client.list.v1", .customer, "admin:read")
  public static let updateClient = command("client.update.v1", .customer, "admin:write")
  public static let renewClientSecret = command("client.secret.renew.v1", .customer, "admin:write")
  public static let deleteClient = command("client.delete.v1", .customer, "admin:write")

  public static let createApplication = command("application.create.v1", .customer, "admin:write")
  public static let readApplication = query("application.read.v1", .customer, "admin:read")
  public static let listApplications = query("application.list.v1", .customer, "admin:read")
  public static let updateApplication = command("application.update.v1", .customer, "admin:write")
  public static let deleteApplication = command("application.delete.v1", .customer, "admin:write")

  // With passwords in their data.
  public static let createOperator = command("operator.create.v1", .customer, "admin:write", transient: true)
  public static let updateOperator = command("operator.update.v1", .customer, "admin:write", transient: true)
  public static let readOperator = query("operator.read.v1", .customer, "admin:read")
  public static let listOperators = query("operator.list.v1", .customer, "admin:read")
  public static let deleteOperator = command("operator.delete.v1", .customer, "admin:write")
  /// Log-in through the OpenID Connect provider: where to send the browser, and what its return is worth.
  public static let beginExternalLogin = query("operator.external.begin.v1", .customer, nil)
  public static let finishExternalLogin = query("operator.external.finish.v1", .customer, nil)

  public static let listAudit = query("audit.list.v1", .stats, "admin:read")

  static let access: [Operation] = [
    authenticate, refreshToken, tokenKeys, authenticateClient, verifyAPIKey, clientStanding, integrationScopes,
    noteRefusal,
    createAPIKey, readAPIKey, listAPIKeys, updateAPIKey, deleteAPIKey,
    createClient, readClient, listClients, updateClient, renewClientSecret, deleteClient,
    createApplication, readApplication, listApplications, updateApplication, deleteApplication,
    createOperator, readOperator, listOperators, updateOperator, deleteOperator,
    beginExternalLogin, finishExternalLogin, listAudit,
  ]
}
