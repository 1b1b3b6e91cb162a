internal import Glibc

/// Files for their owner alone.
enum SecretFile {
  /// Creates the file with mode 0600; what is there already is never touched.
  static func create(_ path: String, _ bytes: [UInt8]) throws(CustomerError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw errno == EEXIST
        ? CustomerError(.fileExists, "\(path) exists already and is not overwritten")
        : CustomerError(.cannotWrite, "cannot create \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        unlink(path)
        throw CustomerError(.cannotWrite, "cannot write \(path): \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(count)
    }
    fsync(descriptor)
  }
}
