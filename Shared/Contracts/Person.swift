/// What a person is known by: where everything about them is gathered or erased, this is what is looked for.
///
/// It travels between the services only, and is kept no longer than it takes.
public struct Person: Codable, Sendable, Equatable {
  public var customerID: Int64
  /// In lower case; nil where the customer was deleted before.
  public var uuid: String?
  /// E.164 without the plus.
  public var phones: [String]
  /// The same numbers, one by one, without their country's code.
  public var nationalPhones: [String]
  /// In lower case.
  public var emails: [String]

  enum CodingKeys: String, CodingKey {
    case uuid, phones, emails
    case customerID = "customer_id"
    case nationalPhones = "national_phones"
  }

  public init(
    customerID: Int64, uuid: String? = nil, phones: [String] = [], nationalPhones: [String] = [], emails: [String] = []
  ) {
    self.customerID = customerID
    self.uuid = uuid
    self.phones = phones
    self.nationalPhones = nationalPhones
    self.emails = emails
  }
}

/// The customer service's question to another: what do you keep of this person? The reply is a part of the export, as
/// people are shown it.
public struct PersonQuestion: Codable, Sendable, Equatable {
  public var person: Person
  /// The most rows of each kind.
  public var limit: Int
  /// Where an earlier page of this part ended.
  public var after: String?

  public init(person: Person, limit: Int, after: String? = nil) {
    self.person = person
    self.limit = limit
    self.after = after
  }
}

/// The customer service's order to another: forget this person. Repeating it does no harm.
public struct ErasureOrder: Codable, Sendable, Equatable {
  public var person: Person
  /// When the erasure was asked for, and noted in the audit log; microseconds since 1970.
  public var orderedAt: Int64
  /// The erasure that this is a part of; nil from a customer service of before this was told.
  public var erasureID: Int64?

  enum CodingKeys: String, CodingKey {
    case person
    case orderedAt = "ordered_at"
    case erasureID = "erasure_id"
  }

  public init(person: Person, orderedAt: Int64, erasureID: Int64?) {
    self.person = person
    self.orderedAt = orderedAt
    self.erasureID = erasureID
  }
}

/// What a service has done of an erasure: the reply to `ErasureOrder`.
public struct ErasureReport: Codable, Sendable, Equatable {
  /// How many rows lost the person, by what they are: "messages".
  public var erased: [String: Int]
  /// What speaks of the person still, since it is on its way and ends by itself: "batches". Nothing, where all is done.
  public var left: [String: Int]

  public init(erased: [String: Int] = [:], left: [String: Int] = [:]) {
    self.erased = erased.filter { $0.value > 0 }
    self.left = left.filter { $0.value > 0 }
  }

  public var isDone: Bool { left.isEmpty }
}
