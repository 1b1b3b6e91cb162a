/// Outcomes that were committed together, of any batches and mailouts. Applying one twice changes nothing.
///
/// Nearly all of them are plain: sent by the first call of a first issue. Those of one mailout are written as columns,
/// all others as objects.
public struct OutcomeGroup: WireReadable {
  public static let type = "mailout.outcomes.v2"
  /// In which all were objects.
  public static let formerTypes = ["mailout.outcomes.v1"]

  public var outcomes: [Outcome]

  public init(outcomes: [Outcome]) { self.outcomes = outcomes }

  /// The data of its envelope.
  public var bytes: [UInt8] {
    let mailoutID = outcomes.first(where: \.isPlain)?.mailoutID
    let plain = outcomes.filter { $0.isPlain && $0.mailoutID == mailoutID }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(96 + plain.count * 36 + (outcomes.count - plain.count) * 160)
    bytes.append(UInt8(ascii: "{"))
    if let mailoutID {
      bytes.append(json: #""mailout_id":"#)
      bytes.append(number: mailoutID)
      bytes.append(json: #","sent":"#)
      PlainOutcomes.append(plain, to: &bytes)
    }
    if plain.count < outcomes.count || plain.isEmpty {
      if mailoutID != nil { bytes.append(UInt8(ascii: ",")) }
      bytes.append(json: #""outcomes":"#)
      bytes.append(list: plain.isEmpty ? outcomes : outcomes.filter { !$0.isPlain || $0.mailoutID != mailoutID }) {
        $1.append(to: &$0)
      }
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  public static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> OutcomeGroup {
    var mailoutID: Int64?
    var sent: [Outcome]?
    var others: [Outcome]?
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "mailout_id": mailoutID = try reader.integer()
      case "sent": sent = try PlainOutcomes.read(&reader)
      case "outcomes":
        var read: [Outcome] = []
        try reader.array { _, reader throws(JSONReader.Fault) in read.append(try Outcome.read(&reader)) }
        others = read
      default: try reader.skip()
      }
    }
    guard var outcomes = sent else { return OutcomeGroup(outcomes: try required(others, "sent or outcomes")) }
    let mailout = try required(mailoutID, "mailout_id")
    for index in outcomes.indices { outcomes[index].mailoutID = mailout }
    return OutcomeGroup(outcomes: outcomes + (others ?? []))
  }
}
