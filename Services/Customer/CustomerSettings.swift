import Messaging
import Service

/// The customer service's settings.
struct CustomerSettings: Sendable {
  let databaseURL: Secret
  let databaseConnections: Int
  let brokerURL: Secret
  let tokenKeysFile: String
  /// nil where operators log in by password alone.
  let openID: OpenIDSettings?
  /// nil where no mail can be sent.
  let mail: MailSettings?

  init(_ settings: inout Settings) {
    databaseURL = Database.url(from: &settings)
    databaseConnections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 8, in: 2...100, help: "The most connections to the database.")
    brokerURL = Broker.url(from: &settings)
    tokenKeysFile = settings.string(
      "MAILOUT_TOKEN_KEYS_FILE",
      help: "The file with the keys that sign access tokens; `Customer generate-token-key FILE` makes one.")
    openID = OpenIDSettings(&settings)
    mail = MailSettings(&settings)
  }
}
