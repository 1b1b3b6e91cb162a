/// Providers.
extension Operation {
  public static let createProvider = command("provider.create.v1", .sender, "admin:write")
  public static let readProvider = query("provider.read.v1", .sender, "admin:read")
  public static let listProviders = query("provider.list.v1", .sender, "admin:read")
  public static let updateProvider = command("provider.update.v1", .sender, "admin:write")
  public static let replaceProvider = command("provider.replace.v1", .sender, "admin:write")
  public static let deleteProvider = command("provider.delete.v1", .sender, "admin:write")
  public static let setCircuit = command("provider.circuit.v1", .sender, "admin:write")
  /// For schedulers: see `ProviderFact`.
  public static let providerFacts = query("provider.facts.v1", .sender, "mailouts:read")

  static let providers: [Operation] = [
    createProvider, readProvider, listProviders, updateProvider, replaceProvider, deleteProvider, setCircuit,
    providerFacts,
  ]
}
