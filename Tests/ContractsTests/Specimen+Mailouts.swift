import Contracts
import Foundation
import Messaging

@testable import MailoutScheduler

extension Specimen {
  private static let knownProviders: Set = ["default"]

  private static let whole: JSON = [
    "name": "Spring", "text": "Hello {{first_name|you}}", "start_at": "2026-11-21T10:00:00Z",
    "end_at": "2026-11-21T15:00:00Z",
    "filter": [
      "tags": ["vip"], "phone_codes": ["916"], "newsletters": ["mozilla-welcome"], "countries": ["us"],
      "languages": ["en"],
    ], "provider": "default", "rate_limit": 50,
  ]

  private static func draft(_ body: JSON) throws -> MailoutDraft {
    try MailoutDraft.read(body, now: moment, providers: knownProviders)
  }

  static let mailout: Mailout = {
    guard let draft = try? draft(whole) else { preconditionFailure("the scheduler refuses the specimen") }
    return Mailout(
      id: 17, revision: 4, draft: draft, status: .running, audienceThrough: 1000, audience: 600, issued: 600,
      notReached: 0, startedAt: moment, finishedAt: moment, pauseReason: "by hand", createdAt: moment,
      updatedAt: moment)
  }()

  static func mailouts() throws -> [Contracts.Operation: Specimen] {
    let reply = mailout.json
    let control = ControlSnapshot(mailouts: [mailout.control])
    return [
      .createMailout: Specimen(whole, reply: reply) { _ = try draft($0) },
      .readMailout: .byID(reply: reply),
      .listMailouts: Specimen(
        [
          "filter": ["status": ["running", "paused"], "name": "spr", "tag": ["vip"], "phone_code": ["916"]],
          "limit": 100, "after": "18", "sort": "-id",
        ],
        reply: ["items": [reply], "next": "17"]
      ) { _ = try MailoutListQuery.read($0) },
      .replaceMailout: Specimen(["id": 17, "if_match": "4", "body": whole], reply: reply) {
        _ = try draft($0["body"] ?? .null)
      },
      .updateMailout: Specimen(["id": 17, "if_match": "4", "changes": ["rate_limit": 20]], reply: reply) {
        _ = try mailout.draft.changed(by: $0["changes"] ?? .null, now: moment, providers: knownProviders)
      },
      .deleteMailout: .byID(ifMatch: "4", reply: .null),
      .previewAudience: .byID(
        reply: [
          "mailout_id": 17, "count": 600, "unreachable": 3, "opted_out": 2,
          "sample": [["customer_id": 42, "phone": "79161234567", "text": "Hello Иван"]],
        ]),
      .pauseMailout: .byID(ifMatch: "4", reply: reply),
      .resumeMailout: .byID(ifMatch: "4", reply: reply),
      .cancelMailout: .byID(ifMatch: "4", reply: reply),
      .retryFailed: .byID(reply: reply),
      .startMailout: .byID(ifMatch: "4", reply: reply),
      .addMailoutTag: Specimen(["id": 17, "body": ["tag": "vip"]], reply: reply) {
        _ = try FilterPart.tag.read($0["body"] ?? .null)
      },
      .addMailoutPhoneCode: Specimen(["id": 17, "body": ["phone_code": "916"]], reply: reply) {
        _ = try FilterPart.phoneCode.read($0["body"] ?? .null)
      },
      .removeMailoutTag: Specimen(["id": 17, "tag_id": 3], reply: reply) { _ in },
      .removeMailoutPhoneCode: Specimen(["id": 17, "phone_code_id": 4], reply: reply) { _ in },
      .testMailout: Specimen(["id": 17, "body": ["phone": "+79161234567"]], reply: single.view(.queued).json) {
        _ = try SingleDraft.phone($0["body"] ?? .null)
      },
      .controlSnapshot: .asking(reply: try JSON(encoding: control)),
    ]
  }

  static let single = Single(
    messageID: 1002, recipient: .customer(42), text: "Your table is ready, {{first_name|friend}}", endAt: moment,
    createdBy: "operator:anna", createdAt: moment)

  static func singles() throws -> [Contracts.Operation: Specimen] {
    let order: JSON = [
      "customer_id": 42, "text": "Your table is ready", "end_at": "2026-11-21T15:00:00Z", "provider": "default",
    ]
    return [
      .createMessage: Specimen(order, reply: single.view(.queued).json) {
        _ = try SingleDraft.read($0, now: moment, providers: knownProviders)
      },
      .updateMessage: Specimen(
        ["id": 1002, "if_match": "1", "body": ["text": "Your table waits"]], reply: single.view(.queued).json
      ) { _ in },
      .cancelMessage: .byID(1002, ifMatch: "1", reply: single.view(.cancelled).json),
    ]
  }

  static func audiences() throws -> [Contracts.Operation: Specimen] {
    let filter = AudienceFilter(
      tags: ["vip"], phoneCodes: ["916"], newsletters: ["mozilla-welcome"], countries: ["us"], languages: ["en"])
    let page = AudiencePage(
      members: [
        AudienceMember(id: 42, phone: "79161234567", timezone: "Europe/Moscow", fields: ["first_name": "Иван"])
      ], next: 42, asOf: Timestamp.microseconds(moment), optedOut: [43])
    return [
      .audiencePage: try Specimen(
        AudiencePageQuery(
          filter: filter, after: 7, through: 1000, limit: 200, fields: ["first_name"], timezone: "Europe/Moscow",
          withoutTimezone: false), reply: page),
      .audienceMembers: try Specimen(AudienceMembersQuery(ids: [42, 43], fields: ["first_name"]), reply: page),
      .audienceCount: try Specimen(
        AudienceCountQuery(filter: filter, through: 1000),
        reply: AudienceCount(count: 600, unreachable: 3, optedOut: 2, highestID: 1000)),
      .audienceBounds: .asking(reply: try JSON(encoding: AudienceBounds(highestID: 1000))),
      .audienceZones: .asking(reply: try JSON(encoding: AudienceZones(timezones: ["Europe/Moscow"]))),
      .knownFields: .asking(reply: try JSON(encoding: KnownFields(names: ["first_name", "city"]))),
    ]
  }
}
