import Messaging
import Postgres

/// The schema `customer` and its migrations, built into the executable.
enum CustomerDatabase {
  static let schema = "customer"

  static let database = Database(
    schema: schema,
    // In the order in which they came to be, which existing databases remember: new ones go to the end.
    migrations: [
      ("0001_start", PackageResources._001_start_sql),
      ("0002_without_timezone", PackageResources._002_without_timezone_sql),
      ("0004_consent", PackageResources._004_consent_sql),
      ("0003_access", PackageResources._003_access_sql),
      ("0005_directory", PackageResources._005_directory_sql),
      ("0005b_search", PackageResources._005b_search_sql),
      ("0003b_operators", PackageResources._003b_operators_sql),
      ("0006_mappings", PackageResources._006_mappings_sql),
      ("0004b_contacts", PackageResources._004b_contacts_sql),
      ("0004c_excluded", PackageResources._004c_excluded_sql),
      ("0007_integrations", PackageResources._007_integrations_sql),
      ("0008_profiles", PackageResources._008_profiles_sql),
      ("0008b_accounts", PackageResources._008b_accounts_sql),
      ("0008c_resets", PackageResources._008c_resets_sql),
      ("0014_erasure", PackageResources._014_erasure_sql),
      ("0015_facts", PackageResources._015_facts_sql),
      ("0016_links", PackageResources._016_links_sql),
    ])
}
