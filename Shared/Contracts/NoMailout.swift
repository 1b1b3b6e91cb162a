/// Messages that belong to no mailout: single ones, and tests of a mailout. Between the services and in every
/// table their `mailout_id` is this number, which no mailout has; public events leave it out, people are shown null.
public enum NoMailout {
  public static let id: Int64 = 0
}
