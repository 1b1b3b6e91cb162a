/// Why a text is not a value of its kind, in words that follow the field's name: "must be 7 to 15 digits".
struct FieldFault: Error, Equatable {
  let detail: String

  init(_ detail: String) {
    self.detail = detail
  }
}
