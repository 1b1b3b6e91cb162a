/// Messages that belong to no mailout: single ones, and tests of a mailout. On the wire and in every table their
/// `mailout_id` is this number, which no mailout has; people are shown null.
public enum NoMailout {
  public static let id: Int64 = 0
}
