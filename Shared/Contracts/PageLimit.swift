/// How many things one page of a list has, over REST and the queues alike.
public enum PageLimit {
  public static let allowed: ClosedRange<Int64> = 1...1000
  public static let standard: Int64 = 100
}

extension FieldReader {
  /// The field `limit`: the most things of the page.
  public mutating func pageLimit() -> Int { Int(integer("limit", in: PageLimit.allowed) ?? PageLimit.standard) }
}
