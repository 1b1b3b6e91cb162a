internal import CRabbitMQ
import FoundationEssentials

/// Memory for what the library reads while it encodes: texts and tables in its own form, valid until `reset()`.
final class Arena {
  private let pool: UnsafeMutablePointer<amqp_pool_t>

  init() {
    pool = .allocate(capacity: 1)
    pool.initialize(to: amqp_pool_t())
    init_amqp_pool(pool, 4096)
  }

  deinit {
    empty_amqp_pool(pool)
    pool.deallocate()
  }

  func reset() { recycle_amqp_pool(pool) }

  func text(_ text: String) -> amqp_bytes_t {
    var text = text
    return text.withUTF8 { bytes(UnsafeRawBufferPointer($0)) }
  }

  func table(_ table: [String: AMQPHeader]) -> amqp_table_t {
    let entries = allocate(amqp_table_entry_t.self, table.count)
    for (index, (key, value)) in table.enumerated() {
      entries?[index] = amqp_table_entry_t(key: text(key), value: field(value))
    }
    return amqp_table_t(num_entries: Int32(table.count), entries: entries)
  }

  private func field(_ header: AMQPHeader) -> amqp_field_value_t {
    var field = amqp_field_value_t()
    func kind(_ kind: amqp_field_value_kind_t) { field.kind = UInt8(kind.rawValue) }
    switch header {
    case .string(let value):
      kind(AMQP_FIELD_KIND_UTF8)
      field.value.bytes = text(value)
    case .int(let value):
      kind(AMQP_FIELD_KIND_I64)
      field.value.i64 = value
    case .bool(let value):
      kind(AMQP_FIELD_KIND_BOOLEAN)
      field.value.boolean = value ? 1 : 0
    case .double(let value):
      kind(AMQP_FIELD_KIND_F64)
      field.value.f64 = value
    case .bytes(let value):
      kind(AMQP_FIELD_KIND_BYTES)
      field.value.bytes = value.withUnsafeBytes { bytes($0) }
    case .timestamp(let value):
      kind(AMQP_FIELD_KIND_TIMESTAMP)
      field.value.u64 = value.wireSeconds
    case .array(let values):
      kind(AMQP_FIELD_KIND_ARRAY)
      let entries = allocate(amqp_field_value_t.self, values.count)
      for (index, value) in values.enumerated() { entries?[index] = self.field(value) }
      field.value.array = amqp_array_t(num_entries: Int32(values.count), entries: entries)
    case .table(let value):
      kind(AMQP_FIELD_KIND_TABLE)
      field.value.table = table(value)
    case .null:
      kind(AMQP_FIELD_KIND_VOID)
    }
    return field
  }

  private func bytes(_ source: UnsafeRawBufferPointer) -> amqp_bytes_t {
    guard let memory = allocate(UInt8.self, source.count), let base = source.baseAddress else { return amqp_bytes_t() }
    UnsafeMutableRawPointer(memory).copyMemory(from: base, byteCount: source.count)
    return amqp_bytes_t(len: source.count, bytes: memory)
  }

  /// nil for none; out of memory ends the process, as everywhere in Swift.
  private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>? {
    guard count > 0 else { return nil }
    guard let memory = amqp_pool_alloc(pool, count * MemoryLayout<T>.stride) else { preconditionFailure("no memory") }
    return memory.bindMemory(to: T.self, capacity: count)
  }
}

extension Date {
  /// Whole seconds since 1970; the protocol knows none before.
  var wireSeconds: UInt64 { UInt64(max(0, min(timeIntervalSince1970, 1e15))) }

  init(wireSeconds: UInt64) { self.init(timeIntervalSince1970: Double(wireSeconds)) }
}
