/// Which customers a mailout is for: any of the tags AND any of the phone codes AND so on; an empty list restricts nothing.
public struct AudienceFilter: Codable, Sendable, Equatable {
  public var tags: [String]
  public var phoneCodes: [String]
  /// Newsletters that the customer is subscribed to, as a contact.
  public var newsletters: [String]
  /// The contact's country and language, without regard to case.
  public var countries: [String]
  public var languages: [String]

  enum CodingKeys: String, CodingKey {
    case tags, newsletters, countries, languages
    case phoneCodes = "phone_codes"
  }

  public init(
    tags: [String] = [], phoneCodes: [String] = [], newsletters: [String] = [], countries: [String] = [],
    languages: [String] = []
  ) {
    self.tags = tags
    self.phoneCodes = phoneCodes
    self.newsletters = newsletters
    self.countries = countries
    self.languages = languages
  }

  /// What is not there restricts nothing: a mailout may have been stored before there was such a filter.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    tags = try container.decodeIfPresent([String].self, forKey: .tags) ?? []
    phoneCodes = try container.decodeIfPresent([String].self, forKey: .phoneCodes) ?? []
    newsletters = try container.decodeIfPresent([String].self, forKey: .newsletters) ?? []
    countries = try container.decodeIfPresent([String].self, forKey: .countries) ?? []
    languages = try container.decodeIfPresent([String].self, forKey: .languages) ?? []
  }
}

/// Asks for the next customers of an audience in ascending order of id (keyset).
public struct AudiencePageQuery: Codable, Sendable, Equatable {
  public var filter: AudienceFilter
  /// Customers with greater ids only.
  public var after: Int64
  /// And with ids up to this one: the highest at the mailout's start.
  public var through: Int64
  public var limit: Int
  /// The fields and attributes the text needs, and no others: `first_name`, or any attribute.
  public var fields: [String]
  /// Customers of this zone only; nil for every zone, and see `withoutTimezone`.
  public var timezone: String?
  /// Customers who have no zone only.
  public var withoutTimezone: Bool?

  enum CodingKeys: String, CodingKey {
    case filter, after, through, limit, fields, timezone
    case withoutTimezone = "without_timezone"
  }

  public init(
    filter: AudienceFilter, after: Int64, through: Int64, limit: Int, fields: [String], timezone: String? = nil,
    withoutTimezone: Bool? = nil
  ) {
    self.timezone = timezone
    self.withoutTimezone = withoutTimezone
    self.filter = filter
    self.after = after
    self.through = through
    self.limit = limit
    self.fields = fields
  }
}

/// Customers one may write to, in ascending order of id.
public struct AudiencePage: Codable, Sendable, Equatable {
  public var members: [AudienceMember]
  /// Where the next page starts (`after`); nil where there is none. A page may be short, even empty, and have a next.
  public var next: Int64?
  /// When they were read, by the customer service's database; microseconds since 1970. See `Batch.asOf`.
  public var asOf: Int64
  /// Those of the ids asked for who have opted out, ascending; of the members by id only.
  public var optedOut: [Int64]?

  enum CodingKeys: String, CodingKey {
    case members, next
    case asOf = "as_of"
    case optedOut = "opted_out"
  }

  public init(members: [AudienceMember], next: Int64?, asOf: Int64, optedOut: [Int64]? = nil) {
    self.members = members
    self.next = next
    self.asOf = asOf
    self.optedOut = optedOut
  }
}

/// One customer, as a batch needs them.
public struct AudienceMember: Codable, Sendable, Equatable {
  public var id: Int64
  public var phone: String
  /// A name of the tz database; nil where the customer has none.
  public var timezone: String?
  /// The fields asked for that this customer has.
  public var fields: [String: String]?

  public init(id: Int64, phone: String, timezone: String? = nil, fields: [String: String]? = nil) {
    self.id = id
    self.phone = phone
    self.timezone = timezone
    self.fields = fields
  }
}

/// Asks for customers by id, as they are now (the waiting set issues messages again).
public struct AudienceMembersQuery: Codable, Sendable, Equatable {
  public var ids: [Int64]
  public var fields: [String]

  public init(ids: [Int64], fields: [String]) {
    self.ids = ids
    self.fields = fields
  }
}

/// Asks how many customers a filter selects.
public struct AudienceCountQuery: Codable, Sendable, Equatable {
  public var filter: AudienceFilter
  /// Customers with ids up to this one; nil for all.
  public var through: Int64?

  public init(filter: AudienceFilter, through: Int64? = nil) {
    self.filter = filter
    self.through = through
  }
}

public struct AudienceCount: Codable, Sendable, Equatable {
  /// Customers who match and can be reached.
  public var count: Int64
  /// Customers who match and have no phone.
  public var unreachable: Int64
  /// Customers who match and have opted out, with a phone or without.
  public var optedOut: Int64
  /// The highest customer id in use.
  public var highestID: Int64

  enum CodingKeys: String, CodingKey {
    case count, unreachable
    case optedOut = "opted_out"
    case highestID = "highest_id"
  }

  public init(count: Int64, unreachable: Int64, optedOut: Int64, highestID: Int64) {
    self.count = count
    self.unreachable = unreachable
    self.optedOut = optedOut
    self.highestID = highestID
  }
}

/// What fixes an audience at a mailout's start, at no cost: later customers have greater ids.
public struct AudienceBounds: Codable, Sendable, Equatable {
  /// The highest customer id in use; 0 where there is none.
  public var highestID: Int64

  enum CodingKeys: String, CodingKey {
    case highestID = "highest_id"
  }

  public init(highestID: Int64) { self.highestID = highestID }
}

/// The zones that customers have, for a mailout's cohorts.
public struct AudienceZones: Codable, Sendable, Equatable {
  /// Names of the tz database, as customers have them.
  public var timezones: [String]

  public init(timezones: [String]) { self.timezones = timezones }
}

/// The names a text may use as placeholders: the fixed ones, and every attribute that some customer has had.
public struct KnownFields: Codable, Sendable, Equatable {
  public var names: [String]

  public init(names: [String]) { self.names = names }
}
