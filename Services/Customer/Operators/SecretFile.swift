import FoundationEssentials
internal import Glibc

/// Files for their owner alone.
enum SecretFile {
  /// Tells one content of a file from another without reading it.
  struct Mark: Sendable, Equatable {
    let inode: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int
  }

  /// nil where there is no such file.
  static func mark(_ path: String) -> Mark? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Mark(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }

  /// - Throws: `CustomerError` where it is missing, or others than its owner may read or write it.
  static func read(_ path: String) throws(CustomerError) -> [UInt8] {
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      if let mode = attributes[.posixPermissions] as? Int, mode & 0o077 != 0 {
        throw CustomerError(.invalid, "the key file \(path) must be readable by its owner only (chmod 600)")
      }
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch let error as CustomerError {
      throw error
    } catch {
      throw CustomerError(.missingFile, "cannot read the key file \(path)")
    }
  }

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

  /// Puts other bytes in the file's place at once: a reader sees the old ones or the new ones.
  static func replace(_ path: String, _ bytes: [UInt8]) throws(CustomerError) {
    let other = "\(path).new"
    unlink(other)
    try create(other, bytes)
    var status = stat()
    // Whoever could read the old one must be able to read the new one. As others than root it is our own anyway.
    if stat(path, &status) == 0 { _ = chown(other, status.st_uid, status.st_gid) }
    guard rename(other, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(other)
      throw CustomerError(.cannotWrite, "cannot replace \(path): \(reason)")
    }
  }
}
