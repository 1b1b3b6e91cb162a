import Contracts
import Foundation
import Messaging

@testable import Customer

extension Specimen {
  private static let profile = ProfileRecord(
    id: 17, uuid: UUID(uuidString: "1E6E817D-C3D7-432F-AE47-ED75B4744FCE") ?? UUID(), externalID: "c-17",
    email: "anna@example.com", country: "DE", language: "de", updatedAt: moment)

  private static let session: JSON = [
    "email": "anna@example.com", "language": "de", "access_token": "a.b.c", "token_type": "bearer",
    "expires_in": 1800, "refresh_token": "r",
  ]

  /// Customers by address, and how they log in.
  static let profiles: [Contracts.Operation: Specimen] = [
    .createProfile: Specimen(
      ["email": "anna@example.com", "customer_id": "c-17", "country": "DE", "language": "de"], reply: profile.json
    ) { _ = try ProfileDraft.read($0) },
    .readProfile: Specimen(["email": "anna@example.com"], reply: profile.json) { _ in },
    .listProfiles: Specimen(["limit": 100, "after": "x"], reply: ["items": [profile.json], "next": "x"]) { _ in },
    .updateProfile: Specimen(["email": "anna@example.com", "changes": ["language": "de"]], reply: profile.json) {
      _ = try ProfileDraft.language($0["changes"] ?? .null)
    },
    .deleteProfile: Specimen(["email": "anna@example.com"], reply: ["id": 17, "email": "anna@example.com"]) { _ in },
    .signUp: Specimen(
      ["email": "anna@example.com", "password": "correct horse", "country": "DE", "language": "de"],
      reply: profile.json
    ) { _ in },
    .logIn: Specimen(["email": "anna@example.com", "password": "correct horse"], reply: session) { _ in },
    .refreshSession: Specimen(["refresh_token": "r"], reply: session) { _ in },
    .logOut: Specimen(["refresh_token": "r"], reply: [:]) { _ in },
    .requestReset: Specimen(["email": "anna@example.com"], reply: ["email": "anna@example.com"]) { _ in },
    .resetPassword: Specimen(
      ["email": "anna@example.com", "password": "correct horse", "token": "t"], reply: ["email": "anna@example.com"]
    ) { _ in },
    .sessionStanding: Specimen(
      ["session": "1e6e817d-c3d7-432f-ae47-ed75b4744fce"],
      reply: ["enabled": true, "scopes": ["profiles:read", "profiles:write"]]
    ) { _ in },
  ]
}
