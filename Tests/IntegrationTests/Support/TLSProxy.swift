import AMQP
import Glibc
import Testing

/// A TLS server in front of a plain one, with a certificate for "localhost" by an authority of its own. Python does it.
struct TLSProxy {
  let port: Int
  private let folder: String
  private let process: pid_t

  /// The PEM file of the authority.
  var authorities: String { "\(folder)/certificate.pem" }

  static func start(before target: AMQPEndpoint) async throws -> TLSProxy {
    let folder = "/tmp/\(TestBroker.unique("mailout-tls"))"
    try #require(mkdir(folder, 0o700) == 0)
    try await Command.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/key.pem", "-out",
      "\(folder)/certificate.pem", "-batch",
    ])
    try #require(mkfifo("\(folder)/port", 0o600) == 0)
    let process = Command.start(["python3", "-c", script, folder, target.host, "\(target.port)"])
    try #require(process > 0)
    // Opening the pipe waits for the script, which writes its port there.
    try await Command.run(["cp", "\(folder)/port", "\(folder)/number"])
    let port = try #require(readNumber("\(folder)/number"))
    return TLSProxy(port: port, folder: folder, process: process)
  }

  func stop() async throws {
    await Command.stop(process)
    try await Command.run(["rm", "-r", folder])
  }

  private static func readNumber(_ path: String) -> Int? {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = read(file, &buffer, buffer.count)
    return Int(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
  }

  private static let script = """
    import asyncio, ssl, sys
    folder, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
    async def pump(source, sink):
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except OSError: pass
        sink.close()
    async def serve(source, sink):
        reader, writer = await asyncio.open_connection(host, port)
        await asyncio.gather(pump(source, writer), pump(reader, sink))
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        with open(folder + "/port", "w") as out: out.write(str(server.sockets[0].getsockname()[1]))
        await server.serve_forever()
    asyncio.run(main())
    """
}
