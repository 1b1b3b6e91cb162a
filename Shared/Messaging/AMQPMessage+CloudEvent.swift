public import AMQP
public import Contracts
import FoundationEssentials

extension AMQPMessage {
  /// A durable message whose body is an envelope already.
  public init(cloudEvent body: [UInt8], type: String, id: String) {
    self.init(
      body: body,
      properties: AMQPProperties(
        contentType: "application/cloudevents+json", type: type, messageID: id, persistent: true))
  }

  /// Wraps a payload under its own type.
  public init(contract data: some Contract, source: String) throws {
    let id = MessageID.new()
    let envelope = Envelope(id: id, source: source, time: .now, data: data)
    self.init(cloudEvent: try envelope.encoded(), type: type(of: data).type, id: id)
  }
}

extension AMQPMessage {
  /// Wraps data that is JSON already under a type.
  public init(type: String, data: [UInt8], source: String) {
    let id = MessageID.new()
    let frame = EnvelopeFrame(id: id, source: source, type: type, time: Timestamp.format(.now))
    self.init(cloudEvent: frame.bytes(data: data), type: type, id: id)
  }
}

/// Ids of envelopes: 128 random bits.
enum MessageID {
  static func new() -> String {
    TraceParent.hex(.random(in: 0...UInt64.max)) + TraceParent.hex(.random(in: 0...UInt64.max))
  }
}
