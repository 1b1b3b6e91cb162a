/// The AMQP `type` property of a reply; the body is the bare result or a `Problem`, so that the gateway passes the
/// bytes on as they are. A result with a version has it in the header `etag`.
public enum ReplyType: String, Sendable {
  case ok = "reply.ok.v1"
  case problem = "reply.problem.v1"

  public static let etagHeader = "etag"
}
