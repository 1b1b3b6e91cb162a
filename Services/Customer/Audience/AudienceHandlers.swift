import Contracts
import Messaging
import Postgres

/// Answers the scheduler's questions about audiences.
struct AudienceHandlers: Sendable {
  let store: AudienceStore
  let counts: AudienceCountStore
  let names: AttributeNames
  let metrics: CustomerMetrics

  /// The fields every customer may have, as a text asks for them.
  static let standardFields = ["first_name", "last_name", "email", "phone", "phone_code", "timezone"]

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.audiencePage, page)
    handlers.on(.audienceMembers, members)
    handlers.on(.audienceCount, count)
    handlers.on(.audienceBounds) { _ in try OperationReply(encoding: try await store.bounds()) }
    handlers.on(.audienceZones) { _ in try OperationReply(encoding: try await store.zones()) }
    handlers.on(.knownFields, fields)
  }

  private func page(_ request: OperationRequest) async throws -> OperationReply {
    let query = try request.payload(AudiencePageQuery.self)
    var errors = Self.faults(in: query.filter) + Self.faults(inFields: query.fields)
    if !(1...AudienceStore.maxPage).contains(query.limit) {
      errors.append(Problem.Field("/limit", "must be between 1 and \(AudienceStore.maxPage)"))
    }
    if query.timezone != nil && query.withoutTimezone == true {
      errors.append(Problem.Field("/without_timezone", "must not be true beside a timezone"))
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    let page = try await store.page(query)
    metrics.audienceMembers.increment(by: page.count)
    return OperationReply(body: page.bytes)
  }

  private func members(_ request: OperationRequest) async throws -> OperationReply {
    let query = try request.payload(AudienceMembersQuery.self)
    var errors = Self.faults(inFields: query.fields)
    if query.ids.count > AudienceStore.maxPage {
      errors.append(Problem.Field("/ids", "must be at most \(AudienceStore.maxPage)"))
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return OperationReply(body: try await store.members(query).bytes)
  }

  private func count(_ request: OperationRequest) async throws -> OperationReply {
    let query = try request.payload(AudienceCountQuery.self)
    let errors = Self.faults(in: query.filter)
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return try OperationReply(encoding: try await counts.count(query))
  }

  private func fields(_ request: OperationRequest) async throws -> OperationReply {
    try OperationReply(encoding: KnownFields(names: Self.standardFields + (try await names.all())))
  }

  private static func faults(in filter: AudienceFilter) -> [Problem.Field] {
    var errors: [Problem.Field] = []
    let lists = [
      ("tags", filter.tags), ("phone_codes", filter.phoneCodes), ("newsletters", filter.newsletters),
      ("countries", filter.countries), ("languages", filter.languages),
    ]
    for (name, values) in lists where values.count > CustomerQuery.maxValues {
      errors.append(Problem.Field("/filter/\(name)", "must be at most \(CustomerQuery.maxValues)"))
    }
    return errors
  }

  private static func faults(inFields fields: [String]) -> [Problem.Field] {
    var errors: [Problem.Field] = []
    if fields.count > AudienceStore.maxFields {
      errors.append(Problem.Field("/fields", "must be at most \(AudienceStore.maxFields)"))
    }
    for (index, field) in fields.enumerated() where !standardFields.contains(field) {
      do {
        try AttributeRules.checkName(field)
      } catch {
        errors.append(Problem.Field("/fields/\(index)", error.detail))
      }
    }
    return errors
  }
}
