/// The groups that every contact has, with the limits that programs know.
extension ContactGroup {
  /// Its first fields, and whether they have opted out, are the customer's own.
  static let email = ContactGroup(
    name: "email",
    fields: [
      ContactField(name: emailID, kind: .uuid, identifier: .init(name: "email_id")),
      ContactField(
        name: "primary_email", kind: .email, maxLength: 255, isRequired: true,
        identifier: .init(name: "primary_email", foldsCase: true)),
      ContactField(name: "basket_token", kind: .uuid, identifier: .init(name: "basket_token", isUnique: true)),
      .boolean("double_opt_in"),
      .string("sfdc_id", max: 255, identifier: .init(name: "sfdc_id")),
      .string("first_name", max: 255),
      .string("last_name", max: 255),
      .string("mailing_country", max: 255),
      .choice("email_format", ["H", "T", "N", ""]),
      .language("email_lang"),
      .boolean("has_opted_out_of_email"),
      .string("unsubscribe_reason"),
      .string(paymentID, max: 255),
    ], isTimestamped: true)

  static let emailID = "email_id"
  /// Of the payment service, from the interface's first days: kept, and shown where it was shown then.
  static let paymentID = "pmt_cust_id"

  static let amo = ContactGroup(
    name: "amo",
    fields: [
      .string("add_on_ids", max: 500),
      .string("display_name", max: 255),
      .boolean("email_opt_in"),
      .string("language", max: 5),
      ContactField(name: "last_login", kind: .date),
      .string("location", max: 255),
      .string("profile_url", max: 40),
      .boolean("user"),
      .string("user_id", max: 40, identifier: .init(name: "amo_user_id")),
      .string("username", max: 100),
    ], isTimestamped: true)

  static let fxa = ContactGroup(
    name: "fxa",
    fields: [
      .string("fxa_id", max: 50, identifier: .init(name: "fxa_id", isUnique: true)),
      .string("primary_email", max: 255, identifier: .init(name: "fxa_primary_email", foldsCase: true)),
      .string("created_date", max: 50),
      .string("lang", max: 255),
      .string("first_service", max: 50),
      .boolean("account_deleted"),
    ])

  static let mofo = ContactGroup(
    name: "mofo",
    fields: [
      .string("mofo_email_id", max: 255, identifier: .init(name: "mofo_email_id", isUnique: true)),
      .string("mofo_contact_id", max: 255, identifier: .init(name: "mofo_contact_id")),
      .boolean("mofo_relevant"),
    ])

  /// Beside `email`.
  static let fixed = [amo, fxa, mofo]

  /// The names that answers use, which no admin's group can have.
  static let reserved: Set<String> = [
    "email", "amo", "fxa", "mofo", "newsletters", "waitlists", "vpn_waitlist", "relay_waitlist", "status", "fpn",
    "id", "contact", "products",
  ]

  /// What the identities of a contact are, in the order in which they are told.
  static let identityNames = [
    "email_id", "primary_email", "basket_token", "sfdc_id", "mofo_contact_id", "mofo_email_id", "amo_user_id",
    "fxa_id", "fxa_primary_email",
  ]
}
