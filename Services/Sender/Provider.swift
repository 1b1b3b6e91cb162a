import Service

/// An external send API and how we treat it.
struct Provider: Sendable {
  /// Part of queue names: lower-case letters, digits and dashes.
  var name: String
  /// Without "/v1".
  var baseURL: String
  /// Opaque bearer.
  var token: Secret
  /// The longest one call may take.
  var timeout: Duration = .seconds(10)
  /// Calls under way at once.
  var concurrency: Int = 64
  /// Calls whose result is not yet committed, K: what a killed sender can at most have sent unrecorded.
  var permits: Int = 512
  var retry = RetryPolicy()
}
