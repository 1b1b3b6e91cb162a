/// One command or query: who serves it and what scope it needs. The catalogue below is all there are.
public struct Operation: Sendable, Hashable {
  /// A command changes something, is durable and idempotent by key; a query reads, and is dropped past its deadline.
  public enum Kind: String, Sendable {
    case command, query
  }

  /// The versioned name, which is the CloudEvents type: "mailout.create.v1".
  public let type: String
  public let kind: Kind
  public let service: ServiceName
  /// `resource:read` or `resource:write`; nil for those that are how one gets a credential, and between services.
  public let scope: String?

  /// "<service>.<type>".
  public var routingKey: String { "\(service.rawValue).\(type)" }
}

/// The services that answer on queues.
public enum ServiceName: String, Sendable, CaseIterable {
  case gateway
  case customer
  case mailoutScheduler = "mailout-scheduler"
  case sender
  case stats
}

extension Operation {
  // Customers.
  public static let createCustomer = command("customer.create.v1", .customer, "customers:write")
  public static let readCustomer = query("customer.read.v1", .customer, "customers:read")
  public static let listCustomers = query("customer.list.v1", .customer, "customers:read")
  public static let replaceCustomer = command("customer.replace.v1", .customer, "customers:write")
  public static let updateCustomer = command("customer.update.v1", .customer, "customers:write")
  public static let deleteCustomer = command("customer.delete.v1", .customer, "customers:write")
  public static let addCustomerTag = command("customer.tag.add.v1", .customer, "customers:write")
  public static let removeCustomerTag = command("customer.tag.remove.v1", .customer, "customers:write")
  public static let importCustomers = command("customer.import.v1", .customer, "customers:write")
  public static let listTags = query("tag.list.v1", .customer, "customers:read")

  // Audiences, between services (and the preview).
  public static let audiencePage = query("audience.page.v1", .customer, "customers:read")
  public static let audienceMembers = query("audience.members.v1", .customer, "customers:read")
  public static let audienceCount = query("audience.count.v1", .customer, "customers:read")
  public static let audienceBounds = query("audience.bounds.v1", .customer, "customers:read")
  public static let audienceZones = query("audience.zones.v1", .customer, "customers:read")
  public static let knownFields = query("customer.fields.v1", .customer, "customers:read")

  // Who may.
  // Queries, so that no password or token ever lies in a durable queue.
  public static let authenticate = query("operator.authenticate.v1", .customer, nil)
  public static let refreshToken = query("operator.refresh.v1", .customer, nil)
  public static let tokenKeys = query("token.keys.v1", .customer, nil)

  // Mailouts.
  public static let createMailout = command("mailout.create.v1", .mailoutScheduler, "mailouts:write")
  public static let readMailout = query("mailout.read.v1", .mailoutScheduler, "mailouts:read")
  public static let listMailouts = query("mailout.list.v1", .mailoutScheduler, "mailouts:read")
  public static let replaceMailout = command("mailout.replace.v1", .mailoutScheduler, "mailouts:write")
  public static let updateMailout = command("mailout.update.v1", .mailoutScheduler, "mailouts:write")
  public static let deleteMailout = command("mailout.delete.v1", .mailoutScheduler, "mailouts:write")
  public static let previewAudience = query("mailout.audience.v1", .mailoutScheduler, "mailouts:read")
  public static let pauseMailout = command("mailout.pause.v1", .mailoutScheduler, "mailouts:write")
  public static let resumeMailout = command("mailout.resume.v1", .mailoutScheduler, "mailouts:write")
  public static let cancelMailout = command("mailout.cancel.v1", .mailoutScheduler, "mailouts:write")
  public static let retryFailed = command("mailout.retry-failed.v1", .mailoutScheduler, "mailouts:write")
  /// For senders: see `MailoutControl`.
  public static let controlSnapshot = query("mailout.control-snapshot.v1", .mailoutScheduler, "mailouts:read")

  // Providers.
  public static let createProvider = command("provider.create.v1", .sender, "admin:write")
  public static let readProvider = query("provider.read.v1", .sender, "admin:read")
  public static let listProviders = query("provider.list.v1", .sender, "admin:read")
  public static let updateProvider = command("provider.update.v1", .sender, "admin:write")
  public static let replaceProvider = command("provider.replace.v1", .sender, "admin:write")
  public static let deleteProvider = command("provider.delete.v1", .sender, "admin:write")
  public static let setCircuit = command("provider.circuit.v1", .sender, "admin:write")
  /// For schedulers: see `ProviderFact`.
  public static let providerFacts = query("provider.facts.v1", .sender, "mailouts:read")

  // Messages and statistics.
  public static let readMessage = query("message.read.v1", .stats, "messages:read")
  public static let listMessages = query("message.list.v1", .stats, "messages:read")
  public static let messageStats = query("message.stats.v1", .stats, "messages:read")
  public static let mailoutStats = query("stats.mailout.v1", .stats, "stats:read")
  public static let statsSummary = query("stats.summary.v1", .stats, "stats:read")
  public static let listDeadLetters = query("dead-letter.list.v1", .stats, "admin:read")
  public static let readDeadLetter = query("dead-letter.read.v1", .stats, "admin:read")
  public static let replayDeadLetter = command("dead-letter.replay.v1", .stats, "admin:write")
  /// All of one kind: by queue, and by reason where it is given.
  public static let replayDeadLetters = command("dead-letter.replay-all.v1", .stats, "admin:write")
  /// For the scheduler: see `FailedMessagesQuery`.
  public static let failedMessages = query("message.failed.v1", .stats, "messages:read")

  public static let all: [Operation] = [
    createCustomer, readCustomer, listCustomers, replaceCustomer, updateCustomer, deleteCustomer, addCustomerTag,
    removeCustomerTag, importCustomers, listTags, audiencePage, audienceMembers, audienceCount,
    audienceBounds, audienceZones, knownFields,
    authenticate, refreshToken, tokenKeys, createMailout, readMailout, listMailouts, replaceMailout, updateMailout,
    deleteMailout, previewAudience, pauseMailout, resumeMailout, cancelMailout, retryFailed, controlSnapshot,
    createProvider, readProvider, listProviders, updateProvider, replaceProvider, deleteProvider, setCircuit,
    providerFacts, readMessage, listMessages, messageStats, mailoutStats, statsSummary,
    listDeadLetters, readDeadLetter, replayDeadLetter, replayDeadLetters, failedMessages,
  ]

  private static func command(_ type: String, _ service: ServiceName, _ scope: String?) -> Operation {
    Operation(type: type, kind: .command, service: service, scope: scope)
  }

  private static func query(_ type: String, _ service: ServiceName, _ scope: String?) -> Operation {
    Operation(type: type, kind: .query, service: service, scope: scope)
  }
}
