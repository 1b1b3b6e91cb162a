import Testing

/// Tests of the real processes, over HTTP and the broker, one after the other on one copy of the system.
@Suite(.serialized) enum EndToEndTests {}
