internal import Glibc

/// Names one run of one copy of a service: `host-pid-random`.
public enum InstanceID {
  public static func make() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    return "\(host)-\(getpid())-\(String(repeating: "0", count: 8 - random.count))\(random)"
  }
}
