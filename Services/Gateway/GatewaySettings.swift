import Messaging
import Service

/// What the gateway is told by its environment.
struct GatewaySettings: Sendable {
  var host = "127.0.0.1"
  var port = 8080
  var amqpURL = Secret("")
  var maxConnections = 4096
  var serverThreads = 1
  var maxFollowers = 1000
  /// How long one stream of a mailout's progress lasts at most: whoever follows on comes back, and is judged anew.
  var longestFollow: Duration = .seconds(15 * 60)
  var trustedProxies: [Network] = []
  var version = VersionDocument.unknown
  var servesMetrics = false
  var importMaxBytes = 2 << 30
  /// Requests a minute that one principal may make.
  var rateLimit = 600_000
  var importLimits = ImportLimits()
  var importRetry = ImportRetry()

  init() {}

  init(_ settings: inout Settings) {
    host = settings.string("MAILOUT_HOST", default: host, help: "The address the API listens on.")
    port = settings.port("MAILOUT_PORT", default: port, help: "The port the API listens on.")
    amqpURL = Broker.url(from: &settings)
    maxConnections = settings.integer(
      "MAILOUT_MAX_CONNECTIONS", default: maxConnections, in: 16...65536,
      help: "Connections to the API over this number are closed at once.")
    serverThreads = settings.integer(
      "MAILOUT_HTTP_THREADS", default: serverThreads, in: 1...64, help: "Threads that read and write HTTP.")
    trustedProxies = settings.list(
      "MAILOUT_TRUSTED_PROXIES", accepted: "addresses or networks like 10.0.0.0/8, separated by commas",
      help: "Proxies whose X-Forwarded-For is believed."
    ) { Network($0) }
    rateLimit = settings.integer(
      "MAILOUT_RATE_LIMIT", default: rateLimit, in: 0...100_000_000,
      help: "Requests a minute that one principal may make at this gateway; 0 for as many as they like.")
    servesMetrics = settings.bool(
      "MAILOUT_SERVE_METRICS", default: servesMetrics,
      help: "Whether GET /metrics answers at the API's own port too, to who may read statistics.")
    if let file = settings.optionalString(
      "MAILOUT_VERSION_FILE",
      help: "A JSON file with commit, version, image_tag, source and build, for /__version__.")
    {
      do throws(VersionError) {
        version = try VersionDocument(file: file)
      } catch {
        settings.reject("MAILOUT_VERSION_FILE", error.description, accepted: "a file with a JSON object")
      }
    }
    maxFollowers = settings.integer(
      "MAILOUT_MAX_FOLLOWERS", default: maxFollowers, in: 1...65536,
      help: "Streams of mailouts' progress at once; each is a connection.")
    importMaxBytes = settings.integer(
      "MAILOUT_IMPORT_MAX_BYTES", default: importMaxBytes, in: 1 << 20...1 << 40,
      help: "The largest file of customers that is taken, in bytes.")
  }
}
