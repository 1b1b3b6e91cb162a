extension Exchange {
  /// How much of a refused body is read before the connection is closed: who is still sending then may lose the answer
  /// with it, so it is more than the kernel holds for a client that has sent all it has.
  private static let lingerLimit = 8 << 20

  private enum Step {
    case consumed
    case heldBack
    case cut
    case refuse(HTTPResponse)
  }

  /// A piece of the body has arrived; `size` is what is left of it on return. False closes the connection.
  func receive(_ data: UnsafeRawPointer, _ size: inout Int) -> Bool {
    let chunk = UnsafeRawBufferPointer(start: data, count: size)
    let step: Step
    switch stage {
    case .lingering:
      lingered += chunk.count
      step = lingered > Self.lingerLimit ? .cut : .consumed
    default:
      step = plan?.body.isStreamed == true ? stream(chunk) : buffer(chunk)
    }
    switch step {
    case .consumed:
      size = 0
    case .heldBack:
      break
    case .cut:
      return false
    case .refuse(let response):
      size = 0
      stage = .lingering
      status = response.status
      RawResponse.send(response, on: client.socket)
    }
    return true
  }

  private func buffer(_ chunk: UnsafeRawBufferPointer) -> Step {
    received += chunk.count
    if received > bodyLimit { return refuse(tooLarge) }
    guard core.reserve(chunk.count) else {
      received -= chunk.count
      return refuse(.noRoomForBodies)
    }
    body.append(contentsOf: chunk)
    return update { $0.phase == .reading } ? .consumed : .cut
  }

  private func refuse(_ error: HTTPServerError) -> Step {
    let response = failure(error)
    return update { state in
      guard state.phase == .reading else { return .cut }
      state.phase = .refused
      return .refuse(response)
    }
  }

  private func stream(_ chunk: UnsafeRawBufferPointer) -> Step {
    update { state in
      switch state.phase {
      case .answered where state.response?.body.bytes == nil:
        return .consumed  // A streamed answer cannot be written past the library: it waits for the body's end.
      case .answered:
        return state.takeAnswer(next: .refused).map { .refuse($0) } ?? .cut
      case .refused, .over, .sending:
        return .cut
      case .reading, .handling:
        break
      }
      if state.input.isFull && !state.aborted {
        suspend(&state)
        return .heldBack
      }
      received += chunk.count
      if received > bodyLimit { state.input.finish(.failure(tooLarge)) }
      state.input.append(chunk)
      state.deadline = .now + handlerTimeout
      return .consumed
    }
  }
}

extension Exchange: BodySource {
  func nextChunk() async -> Result<[UInt8]?, HTTPServerError> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        update { state in
          state.input.read(continuation)
          if Task.isCancelled { state.input.cancelReader() }
          state.deadline = .now + handlerTimeout
          if !state.input.hasEnded, state.input.hasRoom { resume(&state) }
        }
      }
    } onCancel: {
      update { $0.input.cancelReader() }
    }
  }

  func keep(_ count: Int) -> Bool {
    guard core.reserve(count) else { return false }
    let isKept = update { state in
      guard state.phase != .over else { return false }
      state.kept += count
      return true
    }
    if !isKept { core.release(count) }
    return isKept
  }
}
