/// Where an open call stands in the log, unless that was reset meanwhile.
struct CallPlace: Sendable {
  let number: Int
  let epoch: Int
}
