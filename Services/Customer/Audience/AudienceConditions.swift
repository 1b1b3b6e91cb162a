import Contracts
import Postgres

/// An audience's filters as conditions on a customer `c`: what no index serves.
enum AudienceConditions {
  static func phoneCodes(_ codes: [String]) -> SQL { "c.phone_code = any(\(codes)::text[])" }

  /// Subscribed to any of them; who has unsubscribed is not.
  static func newsletters(_ names: [String]) -> SQL {
    """
    exists (
      select from customer.subscription s
      where s.customer_id = c.id and s.list = 'newsletters' and s.name = any(\(names)::text[]) and s.is_subscribed)
    """
  }

  static func countries(_ codes: [String]) -> SQL { contact(country, codes) }

  static func languages(_ codes: [String]) -> SQL { contact(language, codes) }

  /// A contact's country and language, as their indexes have them; of a row `g` of the group "email".
  static let country = #"lower((g.data ->> 'mailing_country') collate "C")"#
  static let language = #"lower((g.data ->> 'email_lang') collate "C")"#

  /// Without regard to case.
  static func folded(_ codes: [String]) -> [String] { codes.map(ImportRow.fold) }

  private static func contact(_ field: String, _ codes: [String]) -> SQL {
    """
    exists (
      select from customer.contact_group_value g
      where g.customer_id = c.id and g.group_name = 'email' and \(raw: field) = any(\(folded(codes))::text[]))
    """
  }

  /// All filters but the one that `source` serves.
  static func all(of filter: AudienceFilter, but source: CandidateSQL.Source?) -> [SQL] {
    var conditions: [SQL] = []
    if !filter.tags.isEmpty && source != .tags { conditions.append(CandidateSQL.tagged(filter.tags)) }
    if !filter.newsletters.isEmpty && source != .newsletters { conditions.append(newsletters(filter.newsletters)) }
    if !filter.phoneCodes.isEmpty && source != .phoneCodes { conditions.append(phoneCodes(filter.phoneCodes)) }
    if !filter.countries.isEmpty && source != .countries { conditions.append(countries(filter.countries)) }
    if !filter.languages.isEmpty && source != .languages { conditions.append(languages(filter.languages)) }
    return conditions
  }
}
