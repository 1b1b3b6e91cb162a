/// The hand-written parts of `/openapi.json`: for each group of routes a file in `OpenAPI/`, a partial OpenAPI 3.1
/// document in JSON; and `common.json`, what all of them share.
enum OpenAPIFragments {
  static let all: [(name: String, bytes: [UInt8])] = [
    ("common", PackageResources.common_json),
    ("customers", PackageResources.customers_json),
    ("directory", PackageResources.directory_json),
    ("contacts", PackageResources.contacts_json),
    ("contact-groups", PackageResources.contact_groups_json),
    ("imports", PackageResources.imports_json),
    ("mailouts", PackageResources.mailouts_json),
    ("messages", PackageResources.messages_json),
    ("statistics", PackageResources.statistics_json),
    ("providers", PackageResources.providers_json),
    ("access", PackageResources.access_json),
    ("mappings", PackageResources.mappings_json),
    ("profiles", PackageResources.profiles_json),
    ("leads", PackageResources.leads_json),
    ("persons", PackageResources.persons_json),
    ("tokens", PackageResources.tokens_json),
    ("service", PackageResources.service_json),
  ]
}
