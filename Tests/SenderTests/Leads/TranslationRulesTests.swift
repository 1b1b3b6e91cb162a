import Contracts
import Testing

@testable import Sender

struct TranslationRulesTests {
  private static func rules(_ json: JSON) throws -> TranslationRules {
    var reader = FieldReader(json)
    var rules = TranslationRules()
    rules.read(&reader)
    try reader.finish()
    return rules
  }

  private static func fault(_ rules: JSON, _ lead: [String: JSON] = [:]) throws -> LeadFault? {
    let (rules, lead) = (try Self.rules(rules), try LeadTests.lead(lead))
    do throws(LeadFault) {
      _ = try rules.translate(lead)
      return nil
    } catch {
      return error
    }
  }

  @Test func aLeadIsToldInTheBuyersWords() throws {
    let rules = try Self.rules([
      "mandatory_keys": ["Nom", "Operateur", "ID_Traitement"],
      "constants": ["ID_Traitement": "{lead_id}", "Source": "{provider.name}-{form_id}", "Nom": "always"],
      "allowed_values": ["Operateur": ["Orange", "SFR"], "Fibre": ["OUI", "NON"], "Nombre": ["0"]],
      "computed": [
        ["key": "Fibre", "template": "{fields.fibre}", "values": ["oui": "OUI", "non": "NON"]],
        ["key": "Complet", "template": "{mapped.Nom}/{mapped.Fibre}"],
        ["key": "Peut-etre", "template": "{fields.absent}", "mandatory": false],
      ],
    ])
    #expect(
      try rules.translate(try LeadTests.lead()) == [
        "Nom": "always", "Operateur": "Orange", "Nombre": 0, "Accord": false, "ID_Traitement": "form_abc.1",
        "Source": "SEA-3001", "Fibre": "OUI", "Complet": "always/OUI",
      ])
  }

  @Test func theLeadsIDIsToldUnlessARuleSaysOtherwise() throws {
    let told = try TranslationRules().translate(try LeadTests.lead())
    #expect(told["ID_Traitement"] == "form_abc.1")
    #expect(try Self.rules(["constants": [:]]).translate(try LeadTests.lead())["ID_Traitement"] == nil)
  }

  @Test func everyMissingKeyIsNamedAtOnce() throws {
    let fault = try #require(try Self.fault(["mandatory_keys": ["Nom", "Ville", "Rue", "Vide"]]))
    #expect(fault.error == "Missing mandatory field")
    #expect(fault.message == "Missing mandatory fields in customer field mapping: {'Rue', 'Vide', 'Ville'}")
  }

  @Test func aValueThatIsNotAllowedIsRefused() throws {
    let fault = try #require(try Self.fault(["allowed_values": ["Operateur": ["SFR"], "Absent": ["x"]]]))
    #expect(fault.error == "Invalid value")
    #expect(fault.message.contains("Operateur") && fault.message.contains("'Orange'"))
    #expect(!fault.message.contains("Absent"))
  }

  @Test func aComputedValueMustBeAllowedToo() throws {
    let fault = try Self.fault([
      "allowed_values": ["Ville": ["Paris"]], "computed": [["key": "Ville", "template": "{fields.ville}"]],
    ])
    #expect(fault?.error == "Invalid value")
  }

  @Test(
    arguments: [
      ["computed": [["key": "X", "template": "{fields.absent}"]]],
      ["computed": [["key": "X", "template": "{subsource}"]]],
      ["computed": [["key": "X", "template": "{fields.fibre}", "values": ["non": "0"]]]],
      ["computed": [["key": "X", "template": "{mapped.Y}"], ["key": "Y", "template": "{lead_id}"]]],
      ["constants": ["X": "{phone_details.country}"]],
    ] as [JSON])
  func whatCannotBeComputedIsNamed(_ rules: JSON) throws {
    let fault = try #require(try Self.fault(rules))
    #expect(fault.error == "Mandatory field not computed")
    #expect(fault.message == "Mandatory fields could not be computed: {'X'}")
  }

  @Test func whatIsMissingIsToldFirst() throws {
    let fault = try Self.fault([
      "mandatory_keys": ["Ville"], "allowed_values": ["Operateur": ["SFR"]],
      "computed": [["key": "X", "template": "{fields.absent}"]],
    ])
    #expect(fault?.error == "Missing mandatory field")
  }

  @Test(
    arguments: [
      (["constants": ["X": "{lead"]], "/constants/X"), (["constants": ["X": "{nobody}"]], "/constants/X"),
      (["constants": ["X": "{fields}"]], "/constants/X"), (["constants": ["X": 1]], "/constants/X"),
      (["constants": nil], "/constants"), (["allowed_values": ["X": []]], "/allowed_values/X"),
      (["allowed_values": ["X": [1]]], "/allowed_values/X"), (["computed": [["key": "X"]]], "/computed/0/template"),
      (["computed": ["x"]], "/computed/0"), (["computed": [["key": "X", "template": "y", "z": 1]]], "/computed/0/z"),
      (["mandatory_keys": "Nom"], "/mandatory_keys"), (["constants": ["a/b": 1]], "/constants/a~1b"),
    ] as [(JSON, String)])
  func aRuleThatCannotBeIsNamed(_ json: JSON, _ pointer: String) {
    #expect {
      _ = try Self.rules(json)
    } throws: {
      ($0 as? Problem)?.errors.map(\.pointer).contains(pointer) == true
    }
  }

  @Test func theStoredFormIsReadBack() throws {
    let rules = try Self.rules([
      "mandatory_keys": ["A"], "constants": ["B": "x {lead_id} y"], "allowed_values": ["A": ["", "b"]],
      "computed": [["key": "C", "template": "{source}", "values": ["web": "1"], "mandatory": false]],
    ])
    #expect(try Self.rules(.object(rules.members)) == rules)
  }
}
