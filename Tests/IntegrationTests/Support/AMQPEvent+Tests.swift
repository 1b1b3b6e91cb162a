import AMQP

extension AMQPEvent {
  var isConnected: Bool { if case .connected = self { true } else { false } }
  var isDisconnected: Bool { if case .disconnected = self { true } else { false } }
  var isChannelClosed: Bool { if case .channelClosed = self { true } else { false } }
  var isConsumerCancelled: Bool { if case .consumerCancelled = self { true } else { false } }

  /// Why a host could not be used.
  var connectFailure: AMQPError? { if case .connectFailed(_, let error) = self { error } else { nil } }
}
