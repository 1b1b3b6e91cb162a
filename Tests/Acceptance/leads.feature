Feature: Leads sent to buyers
  /send, /ping and /status as lead sources speak them, with the examples of their README.
  A buyer is a row; here each scenario has one of its own, behind the fake provider.

  Background:
    Given I am logged in as the admin
    And a fake buyer for a customer of its own

  Scenario: The example of the README
    When I POST /send as application/x-www-form-urlencoded
      """
      {}
      """
    Then the status is 400
    And the body contains
      """
      {"error": "Invalid lead", "error_message": "<matches .*lead_id is required.*>"}
      """

  Scenario: A lead is sent
    When I POST /send
      """
      {
        "lead_id": "${new word}", "customer_id": ${customer}, "form_id": 3001, "blueprint_id": "box_internet",
        "status": "new", "source": "search", "subsource": null, "timestamp": "2026-11-21 09:00:00", "universe_id": 5,
        "provider": {"id": 11, "login": "search", "name": "Search"}, "phone_details": null,
        "customer_mapping": {"customer_form_id": "3001", "customer_form_name": "Box", "customer_price": "7.1"},
        "fields": {"ville": "Lyon"},
        "customer_fields_mapping": {
          "nom": {"customer_key": "Nom_Titulaire", "customer_value": "Martin"},
          "operateur": {"customer_key": "Operateur_Fixe_Prospect  ", "customer_value": "Orange"},
          "complement": {"customer_key": "Complement", "customer_value": ""}
        }
      }
      """
    Then the status is 200
    And the body is
      """
      {
        "request_details": {
          "url": "<string>", "method": "POST",
          "headers": {"Content-Type": "application/json", "Accept": "application/json", "Token": "***"},
          "json": {"Nom_Titulaire": "Martin", "Operateur_Fixe_Prospect": "Orange", "ID_Traitement": "<string>"}
        },
        "customer_lead_id": 1001,
        "response_details": {"http_status_code": 200, "Message": "OK", "Records": [{"Id": 1001}]}
      }
      """

  Scenario Outline: The buyer's answer decides the status
    Given the fake buyer answers "<answer>"
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is <status>
    And /response_details/http_status_code is
      """
      <buyer>
      """

    Examples:
      | answer       | status | buyer |
      | ok           | 200    | 200   |
      | created      | 201    | 201   |
      | accepted     | 202    | 202   |
      | invalid      | 400    | 400   |
      | unauthorized | 401    | 401   |
      | gone         | 404    | 404   |
      | refused      | 406    | 422   |
      | fail         | 502    | 500   |

  Scenario: A refusal gives the reason
    Given the fake buyer answers "refused"
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 406
    And the body contains
      """
      {"request_details": "<object>", "error": "Lead refused", "error_message": "not in our area",
       "response_details": {"Message": "not in our area", "http_status_code": 422}}
      """

  Scenario: The buyer knows the person already
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 200
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 409
    And the body contains
      """
      {"error": "Duplicate lead", "error_message": "This lead is a duplicate"}
      """

  Scenario: The buyer does not accept our password
    Given the fake buyer wants the password "another"
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 401
    And the body contains
      """
      {"error": "Authentication failed", "request_details": {"json": {"UserName": "mailout", "Password": "***"}}}
      """

  Scenario: A buyer that hangs is a bad gateway, never a time-out of ours
    Given the fake buyer answers "hang"
    And the buyer has the rules {"timeout_ms": 3000}
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 502
    And the body contains
      """
      {"error": "Result unknown"}
      """

  Scenario Outline: The buyer's rules
    Given the buyer has the rules <rules>
    When I send the lead "${new word}" of "someone@example.com"
    Then the status is 400
    And the body contains
      """
      {"error": "<error>", "error_message": "<message>"}
      """

    Examples:
      | rules                                                          | error                        | message                                                                   |
      | {"mandatory_keys": ["Nom_Titulaire"]}                          | Missing mandatory field      | Missing mandatory fields in customer field mapping: {'Nom_Titulaire'}     |
      | {"allowed_values": {"Email_Titulaire": ["a@example.com"]}}     | Invalid value                | <matches Email_Titulaire must be one of .*>                                |
      | {"computed": [{"key": "Ville", "template": "{fields.ville}"}]} | Mandatory field not computed | <matches .*\\{'Ville'\\}>                                                  |

  Scenario: Nobody takes such leads
    When I POST /send
      """
      {"lead_id": "${new word}", "customer_id": -1, "customer_fields_mapping": {"a": {"customer_key": "A", "customer_value": "1"}}}
      """
    Then the status is 404
    And the body contains
      """
      {"error": "No buyer"}
      """

  Scenario: A lead could be sent, or not
    When I POST /ping
      """
      {"lead_id": "${new word}", "customer_id": ${customer}, "customer_fields_mapping": {"a": {"customer_key": "A", "customer_value": "1"}}}
      """
    Then the status is 200
    And the body is
      """
      {"result": "accepted"}
      """
    When I POST /ping
      """
      {}
      """
    Then the status is 406

  Scenario: What came of a lead
    Given "${new word}" kept as lead
    When I GET /status/${lead}
    Then the status is 404
    Given the fake buyer answers "refused"
    When I send the lead "${lead}" of "someone@example.com"
    And I GET /status/${lead}
    Then the status is 406
    And the body contains
      """
      {"error": "Lead refused", "response_details": {"http_status_code": 422}}
      """
    When I GET /status/${lead}/send
    Then the status is 406
    When I GET /status/${lead}/ping
    Then the status is 404

  Scenario: A lead that is under way is not finished
    Given "${new word}" kept as lead
    And the fake buyer answers "hang"
    And the buyer has the rules {"timeout_ms": 20000}
    When I send the lead "${lead}" of "someone@example.com" without waiting for the answer
    Then within 300 seconds GET /status/${lead} is answered 504 with
      """
      {"Error": "Processing not finished"}
      """
    And within 300 seconds GET /status/${lead} is answered 502 with
      """
      {"error": "Result unknown"}
      """

  Scenario: The same key is the same order
    Given "${new word}" kept as key
    And "${new word}" kept as lead
    And the header Idempotency-Key: ${key}
    When I send the lead "${lead}" of "someone@example.com"
    Then the status is 200
    Given the header Idempotency-Key: ${key}
    When I send the lead "${lead}" of "someone@example.com"
    Then the status is 200
    And /customer_lead_id is
      """
      1001
      """

  Scenario Outline: The fixtures are sent by <command>
    Given the fake buyer takes the leads of fixtures/leads
    When I run <command>
    Then it has ended well
    And it has sent <leads>, each answered 200
    And the fake buyer has got <leads>

    Examples:
      | command                                                            | leads                            |
      | ./scripts/send_fixture_to_customer.py form_65a1f0c2d4e8b1.20417735 | form_65a1f0c2d4e8b1.20417735     |
      | ./scripts/send_all_fixtures_to_customer.py                         | every fixture                    |
      | make send-fixtures LEAD=form_65a1f0c2d4e8b2.31188902               | form_65a1f0c2d4e8b2.31188902     |
      | make send-fixtures                                                 | every fixture                    |

  Scenario: A fixture that was sent before is a duplicate, until its address and phone are altered
    Given the fake buyer takes the leads of fixtures/leads
    When I run ./scripts/send_fixture_to_customer.py form_65a1f0c2d4e8b1.20417735
    And I run ./scripts/send_fixture_to_customer.py form_65a1f0c2d4e8b1.20417735
    Then it has ended with 1 and printed "form_65a1f0c2d4e8b1.20417735: 409"
    When I run ./scripts/send_fixture_to_customer.py form_65a1f0c2d4e8b1.20417735 --fresh
    Then it has ended well

  Scenario: A fixture that there is not
    When I run ./scripts/send_fixture_to_customer.py form_nobody_knows
    Then it has ended with 1 and printed "there is no fixture form_nobody_knows"

  Scenario: Leads need a credential
    Given no credential
    When I POST /send
      """
      {}
      """
    Then the status is 401
    And the body contains
      """
      {"error": "<string>", "error_message": "<string>"}
      """
    When I GET /status/x
    Then the status is 401

  Scenario: A buyer's password is never shown
    When I GET /api/buyers/${buyer}
    Then the status is 200
    And /stages/test is
      """
      {"url": "<string>", "username": "mailout"}
      """

  Scenario: A buyer's password goes to the address it was given for, and nowhere else
    When I PATCH /api/buyers/${buyer}
      """
      {"stages": {"test": {"url": "https://elsewhere.example"}}}
      """
    Then the status is 422
    And the answer has
      """
      {"errors": [{"pointer": "/stages/test/password"}]}
      """
    When I PATCH /api/buyers/${buyer}
      """
      {"stages": {"test": {"url": "https://elsewhere.example", "password": "another-one"}}}
      """
    Then the status is 200
