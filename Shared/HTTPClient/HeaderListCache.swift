/// The header lists used lately: most requests of a program carry the same headers.
struct HeaderListCache {
  private static let most = 8

  private var lists: [HeaderList] = []
  private var oldest = 0

  mutating func list(for headers: [(String, String)]) throws(HTTPClientError) -> HeaderList {
    for list in lists where list.matches(headers) { return list }
    let list = try HeaderList(headers)
    if lists.count < Self.most {
      lists.append(list)
    } else {
      lists[oldest] = list
      oldest = (oldest + 1) % Self.most
    }
    return list
  }
}
