import Contracts
import Testing

@testable import Messaging

/// Pages of lists in order of id, in either direction.
struct IDPageTests {
  private func read(_ data: JSON, _ usual: IDPage.Order) throws -> IDPage { try IDPage.read(data, usual) }

  /// Every page that a list of these ids gives, walked by its cursors.
  private func walk(_ ids: [Int64], _ data: [String: JSON], _ usual: IDPage.Order) throws -> [[Int64]] {
    var (pages, data) = ([[Int64]](), data)
    repeat {
      let reply = try JSON.parse(try read(.object(data), usual).reply(of: ids, id: { $0 }, json: { .integer($0) }).body)
      guard case .array(let items)? = reply["items"] else { break }
      pages.append(items.compactMap { if case .integer(let id) = $0 { id } else { nil } })
      data["after"] = reply["next"]
    } while data["after"] != .null && pages.count < 10
    return pages
  }

  @Test(arguments: IDPage.Order.allCases) func pagesGoBothWays(usual: IDPage.Order) throws {
    let ids: [Int64] = [3, 5, 8, 9, 12]
    #expect(try walk(ids, ["limit": 2, "sort": "id"], usual) == [[3, 5], [8, 9], [12]])
    #expect(try walk(ids, ["limit": 2, "sort": "-id"], usual) == [[12, 9], [8, 5], [3]])
    #expect(try walk(ids, [:], usual) == [usual == .ascending ? ids : ids.reversed()])
    #expect(try walk(ids, ["limit": 5], usual).count == 1)
  }

  @Test func theDatabaseIsAskedForTheSame() throws {
    let up = try read(["after": "17", "limit": 4], .ascending)
    #expect(up.condition("r.id").text == "r.id > $1")
    #expect(up.ordering("r.id").text == "order by r.id asc limit $1")
    #expect(up.rows == 5)
    #expect(try read(["after": "-id:17", "sort": "-id"], .ascending).condition().text == "id < $1")
    #expect(try read([:], .descending).condition().text == "true")
    #expect(try read([:], .descending).ordering().text == "order by id desc limit $1")
  }

  @Test func aCursorBelongsToItsOrder() {
    let wrong: [(JSON, IDPage.Order, String)] = [
      (["after": "17", "sort": "id"], .descending, "/after"), (["after": "-id:17"], .ascending, "/after"),
      (["after": "id:17", "sort": "-id"], .descending, "/after"), (["after": "x"], .ascending, "/after"),
      (["after": "name:17"], .ascending, "/after"), (["after": ":"], .ascending, "/after"),
      (["sort": "name"], .ascending, "/sort"), (["limit": 0], .ascending, "/limit"),
      (["limit": 1001], .ascending, "/limit"), (["colour": 1], .ascending, "/colour"),
    ]
    for (data, usual, pointer) in wrong {
      let problem = #expect(throws: Problem.self) { try read(data, usual) }
      #expect(problem?.errors.map(\.pointer) == [pointer], "\(data)")
    }
  }
}
