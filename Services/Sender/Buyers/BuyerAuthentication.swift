import Contracts

/// A buyer's log-in: `POST <url><path> {<username field>: …, <password field>: …}`, answered by an object whose members
/// are the headers of the call that follows.
struct BuyerAuthentication: Sendable, Equatable {
  var path = "/Authenticate"
  var usernameField = "UserName"
  var passwordField = "Password"

  var json: JSON {
    [
      "path": .string(path), "username_field": .string(usernameField), "password_field": .string(passwordField),
    ]
  }

  func changed(by reader: inout FieldReader) -> BuyerAuthentication {
    var changed = self
    if let path = reader.urlPath("path") { changed.path = path }
    if let field = reader.string("username_field", max: 200) { changed.usernameField = field }
    if let field = reader.string("password_field", max: 200) { changed.passwordField = field }
    return changed
  }
}
