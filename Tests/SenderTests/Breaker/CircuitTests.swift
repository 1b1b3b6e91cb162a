import Contracts
import Testing

@testable import Sender

/// Every transition of the shared circuit, row by row.
struct CircuitTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let from: Circuit
    let event: Circuit.Event
    let to: Circuit?
    var testDescription: String { "\(from.mode) \(from.state): \(event)" }
  }

  static let closed = Circuit()
  static let open = Circuit(state: .open, reopensAt: 1_000, reason: "r")
  static let mine = Circuit(state: .halfOpen, probeOwner: "me", probeUntil: 900, reason: "r")
  static let lapsed = Circuit(state: .halfOpen, probeOwner: "other", probeUntil: 500, reason: "r")
  static let theirs = Circuit(state: .halfOpen, probeOwner: "other", probeUntil: 501, reason: "r")
  static let heldOpen = Circuit(mode: .open, state: .open, reason: "operator")
  static let heldClosed = Circuit(mode: .closed)
  static let trip = Circuit.Event.trip(reason: "stalled", openFor: .microseconds(300))
  static let probe = Circuit.Event.probe(owner: "me", lease: .microseconds(50))
  static let recovered = Circuit.Event.recovered(owner: "me")
  static let relapsed = Circuit.Event.relapsed(owner: "me", reason: "probes", openFor: .microseconds(300))

  /// The time is 500.
  static let rows: [Row] = [
    Row(from: closed, event: trip, to: Circuit(state: .open, reopensAt: 800, reason: "stalled")),
    Row(from: open, event: trip, to: nil), Row(from: mine, event: trip, to: nil),
    Row(from: heldOpen, event: trip, to: nil), Row(from: heldClosed, event: trip, to: nil),
    Row(from: closed, event: probe, to: nil), Row(from: open, event: probe, to: nil),
    Row(
      from: Circuit(state: .open, reopensAt: 500, reason: "r"), event: probe,
      to: Circuit(state: .halfOpen, probeOwner: "me", probeUntil: 550, reason: "r")),
    Row(
      from: mine, event: probe, to: Circuit(state: .halfOpen, probeOwner: "me", probeUntil: 550, reason: "r")),
    Row(from: theirs, event: probe, to: nil),
    Row(
      from: lapsed, event: probe, to: Circuit(state: .halfOpen, probeOwner: "me", probeUntil: 550, reason: "r")),
    Row(from: heldOpen, event: probe, to: nil),
    Row(from: mine, event: recovered, to: closed), Row(from: theirs, event: recovered, to: nil),
    Row(from: lapsed, event: recovered, to: nil), Row(from: open, event: recovered, to: nil),
    Row(from: mine, event: relapsed, to: Circuit(state: .open, reopensAt: 800, reason: "probes")),
    Row(from: theirs, event: relapsed, to: nil), Row(from: closed, event: relapsed, to: nil),
    Row(from: closed, event: .order(.open), to: heldOpen), Row(from: mine, event: .order(.open), to: heldOpen),
    Row(from: open, event: .order(.closed), to: heldClosed),
    Row(from: heldOpen, event: .order(.closed), to: heldClosed),
    Row(
      from: heldOpen, event: .order(.auto), to: Circuit(state: .open, reopensAt: 500, reason: "operator")),
    Row(from: heldClosed, event: .order(.auto), to: closed),
    Row(from: closed, event: .order(.auto), to: nil), Row(from: open, event: .order(.auto), to: nil),
    Row(from: heldOpen, event: .order(.open), to: nil),
  ]

  @Test(arguments: rows) func row(row: Row) {
    #expect(row.from.after(row.event, now: 500) == row.to)
  }
}
