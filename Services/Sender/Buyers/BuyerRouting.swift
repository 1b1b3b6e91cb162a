import Contracts

/// Which leads go to a buyer: those that every list that is not empty names. All lists empty: any lead.
struct BuyerRouting: Sendable, Equatable {
  var customerIDs: [Int64] = []
  var formIDs: [Int64] = []
  var universeIDs: [Int64] = []
  var blueprintIDs: [String] = []

  func takes(_ lead: Lead) -> Bool {
    Self.names(lead.customerID, customerIDs) && Self.names(lead.formID, formIDs)
      && Self.names(lead.universeID, universeIDs) && Self.names(lead.blueprintID, blueprintIDs)
  }

  /// How many of the lists say something.
  var weight: Int { [customerIDs.isEmpty, formIDs.isEmpty, universeIDs.isEmpty, blueprintIDs.isEmpty].count { !$0 } }

  var json: JSON {
    [
      "customer_ids": .array(customerIDs.map(JSON.integer)), "form_ids": .array(formIDs.map(JSON.integer)),
      "universe_ids": .array(universeIDs.map(JSON.integer)),
      "blueprint_ids": .array(blueprintIDs.map(JSON.string)),
    ]
  }

  func changed(by reader: inout FieldReader) -> BuyerRouting {
    var changed = self
    if let ids = reader.integers("customer_ids", maxCount: 1000) { changed.customerIDs = ids }
    if let ids = reader.integers("form_ids", maxCount: 1000) { changed.formIDs = ids }
    if let ids = reader.integers("universe_ids", maxCount: 1000) { changed.universeIDs = ids }
    if let ids = reader.strings("blueprint_ids", maxCount: 1000, max: 200) { changed.blueprintIDs = ids }
    return changed
  }

  private static func names<Value: Equatable>(_ value: Value?, _ list: [Value]) -> Bool {
    list.isEmpty || value.map(list.contains) ?? false
  }
}
