/// What a credential may be allowed to do: `resource:read` and `resource:write`.
public enum Scope {
  public static let resources = [
    "admin", "contacts", "customers", "leads", "mailouts", "mappings", "messages", "personal-data", "profiles",
    "stats",
  ]

  /// Every scope there is, sorted.
  public static let all = resources.flatMap { ["\($0):read", "\($0):write"] }.sorted()
}
