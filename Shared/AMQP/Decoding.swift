internal import CRabbitMQ
import FoundationEssentials

extension String {
  init(_ bytes: amqp_bytes_t) {
    self.init(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
  }
}

extension UnsafeRawBufferPointer {
  init(_ bytes: amqp_bytes_t) { self.init(start: bytes.bytes, count: bytes.len) }
}

extension [String: AMQPHeader] {
  /// - Parameter depth: of its values; 1 for those of a message's headers.
  init(_ table: amqp_table_t, depth: Int = 1) {
    self.init()
    for entry in UnsafeBufferPointer(start: table.entries, count: Int(table.num_entries)) {
      self[String(entry.key)] = AMQPHeader(entry.value, depth: depth)
    }
  }
}

extension AMQPHeader {
  /// How deep tables and lists are read; what is deeper is `.null`. Whoever reads, compares or frees a header goes down
  /// into it, and a sender could make one so deep that the stack does not do for it.
  static let maxDepth = 16

  init(_ field: amqp_field_value_t, depth: Int) {
    let value = field.value
    self =
      switch amqp_field_value_kind_t(rawValue: UInt32(field.kind)) {
      case AMQP_FIELD_KIND_BOOLEAN: .bool(value.boolean != 0)
      case AMQP_FIELD_KIND_I8: .int(Int64(value.i8))
      case AMQP_FIELD_KIND_U8: .int(Int64(value.u8))
      case AMQP_FIELD_KIND_I16: .int(Int64(value.i16))
      case AMQP_FIELD_KIND_U16: .int(Int64(value.u16))
      case AMQP_FIELD_KIND_I32: .int(Int64(value.i32))
      case AMQP_FIELD_KIND_U32: .int(Int64(value.u32))
      case AMQP_FIELD_KIND_I64: .int(value.i64)
      case AMQP_FIELD_KIND_U64: .int(Int64(clamping: value.u64))
      case AMQP_FIELD_KIND_F32: .double(Double(value.f32))
      case AMQP_FIELD_KIND_F64: .double(value.f64)
      case AMQP_FIELD_KIND_DECIMAL: .double(value.decimal.asDouble)
      case AMQP_FIELD_KIND_UTF8: .string(String(value.bytes))
      case AMQP_FIELD_KIND_BYTES: .bytes(Array(UnsafeRawBufferPointer(value.bytes)))
      case AMQP_FIELD_KIND_TIMESTAMP: .timestamp(Date(wireSeconds: value.u64))
      case AMQP_FIELD_KIND_TABLE where depth <= Self.maxDepth:
        .table([String: AMQPHeader](value.table, depth: depth + 1))
      case AMQP_FIELD_KIND_ARRAY where depth <= Self.maxDepth:
        .array(
          UnsafeBufferPointer(start: value.array.entries, count: Int(value.array.num_entries)).map {
            AMQPHeader($0, depth: depth + 1)
          })
      default: .null
      }
  }
}

extension amqp_decimal_t {
  fileprivate var asDouble: Double {
    (0..<decimals).reduce(Double(Int32(bitPattern: value))) { number, _ in number / 10 }
  }
}
