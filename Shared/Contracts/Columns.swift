/// What a wire in columns has in common: a list for each member of so many things, `{"id": [1, 2], "hop": [0, 3]}`, all
/// equally long. One that would hold nothing but zeros is left out.
public enum Columns {
  /// - Parameters:
  ///   - lists: how long those are that must be there, by name.
  ///   - optional: the same of those that may be left out.
  /// - Throws: `Fault` that names the first list of another length than `count`.
  public static func check(
    _ count: Int, _ lists: KeyValuePairs<String, Int>, optional: KeyValuePairs<String, Int> = [:]
  ) throws(JSONReader.Fault) {
    for (name, other) in lists where other != count { throw fault(name, other, count) }
    for (name, other) in optional where other != count && other != 0 { throw fault(name, other, count) }
  }

  /// An element of a list that may be left out.
  public static func element(_ index: Int, of list: [Int64]) -> Int { list.isEmpty ? 0 : Int(list[index]) }

  private static func fault(_ name: String, _ length: Int, _ count: Int) -> JSONReader.Fault {
    JSONReader.Fault(path: "/\(name)", detail: "has \(length) elements, id has \(count)")
  }
}
