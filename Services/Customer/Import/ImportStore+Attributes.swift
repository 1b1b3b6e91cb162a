import Contracts
import Postgres

extension ImportStore {
  /// A row's attributes as JSON; nil where it has none.
  static func attributes(_ row: ImportRow) -> String? {
    if row.attributes.isEmpty { return nil }
    var bytes: [UInt8] = []
    bytes.append(attributes: row.attributes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a customer may have the attributes `given` beside those present; who has too many already may keep them.
  static func fits(_ present: SQL, _ given: SQL) -> SQL {
    """
    ((select count(*) from jsonb_object_keys(\(fragment: present) || \(fragment: given)))
      <= greatest(\(Int64(AttributeRules.maxCount)), (select count(*) from jsonb_object_keys(\(fragment: present)))))
    """
  }
}
