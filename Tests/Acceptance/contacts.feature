Feature: Contact management
  The contact interface as its first README describes it: three sample contacts with fake data, read by their ids; and what its
  list of open boxes asked for. Everything needs a credential.

  Background:
    Given the sample contacts
    And I am logged in as the admin

  # The sample contacts

  Scenario Outline: The sample contact <id>, to the last field
    When I GET /ctms/<id>
    Then the status is 200
    And the body, but for the groups of no standard, is the contact of Samples/<file>
    And the body contains
      """
      <short>
      """

    Examples:
      | id                                   | file          | short                                                                                                                                                                             |
      | 93db83d4-4119-4e0c-af87-a713786fa81d | minimal.json  | {"email": {"primary_email": "ctms-user@example.com", "basket_token": "142e20b6-1ef5-43d8-b5f4-597430e956d7"}}                                                                     |
      | 67e52c77-950f-4f28-accb-bb3ea1a2c51a | maximal.json  | {"email": {"primary_email": "mozilla-fan@example.com", "basket_token": "d9ba6182-f5dd-4728-a477-2cc11bf62b69"}, "amo": {"user_id": "123"}}                                        |
      | 332de237-cab7-4461-bcc3-48e68f42bd5c | examples.json | {"email": {"primary_email": "contact@example.com", "basket_token": "c4a7d759-bb52-457b-896b-90f1d3ef8433"}, "amo": {"user_id": "98765"}, "vpn_waitlist": {"platform": "ios,mac"}} |

  Scenario: The payee id of the first version
    When I GET /contact/email/67e52c77-950f-4f28-accb-bb3ea1a2c51a
    Then the body contains
      """
      {"pmt_cust_id": "cust_012345"}
      """

  Scenario Outline: The samples by their other ids
    When I GET /ctms?<query>
    Then the status is 200
    And /0/email/email_id is
      """
      "<id>"
      """

    Examples:
      | query                                                                  | id                                   |
      | primary_email=ctms-user@example.com                                    | 93db83d4-4119-4e0c-af87-a713786fa81d |
      | basket_token=142e20b6-1ef5-43d8-b5f4-597430e956d7                      | 93db83d4-4119-4e0c-af87-a713786fa81d |
      | primary_email=Mozilla-Fan@example.com                                  | 67e52c77-950f-4f28-accb-bb3ea1a2c51a |
      | amo_user_id=123                                                        | 67e52c77-950f-4f28-accb-bb3ea1a2c51a |
      | mofo_contact_id=5e499cc0-eeb5-4f0e-aae6-a101721874b8                   | 67e52c77-950f-4f28-accb-bb3ea1a2c51a |
      | amo_user_id=98765                                                      | 332de237-cab7-4461-bcc3-48e68f42bd5c |
      | sfdc_id=001A000023aABcDEFG                                             | 332de237-cab7-4461-bcc3-48e68f42bd5c |
      | fxa_primary_email=my-fxa-acct@example.com&primary_email=contact@example.com | 332de237-cab7-4461-bcc3-48e68f42bd5c |

  Scenario: The ids of a contact
    When I GET /identity/332de237-cab7-4461-bcc3-48e68f42bd5c
    Then the status is 200
    And the body is
      """
      {"email_id": "332de237-cab7-4461-bcc3-48e68f42bd5c", "primary_email": "contact@example.com",
       "basket_token": "c4a7d759-bb52-457b-896b-90f1d3ef8433", "sfdc_id": "001A000023aABcDEFG", "mofo_contact_id": null,
       "mofo_email_id": null, "amo_user_id": "98765", "fxa_id": "6eb6ed6ac3b64259968aa490c6c0b9df",
       "fxa_primary_email": "my-fxa-acct@example.com"}
      """

  Scenario: At least one id is needed
    When I GET /identities
    Then the status is 400
    And the body is
      """
      {"detail": "No identifiers provided, at least one is needed: email_id, primary_email, basket_token, sfdc_id, mofo_contact_id, mofo_email_id, amo_user_id, fxa_id, fxa_primary_email"}
      """

  Scenario: Nobody is read without a credential
    Given no credential
    When I GET /ctms/93db83d4-4119-4e0c-af87-a713786fa81d
    Then the status is 401
    And the header WWW-Authenticate is Bearer
    And the body is
      """
      {"detail": "Not authenticated"}
      """

  Scenario: Which of them have changed
    When I GET /updates?start=2020-01-22T00:00:00Z&end=2020-01-23T00:00:00Z
    Then the status is 200
    And the body contains
      """
      {"start": "2020-01-22T00:00:00+00:00", "limit": 100, "after": null, "next": null,
       "items": [{"email": {"primary_email": "ctms-user@example.com"}}]}
      """

  # Create, update, upsert, delete

  Scenario: Create, change, replace and delete a contact
    Given "${new word}@example.com" kept as address
    When I POST /ctms
      """
      {"email": {"primary_email": "${address}", "first_name": "Jane", "mailing_country": "us"},
       "newsletters": [{"name": "mozilla-welcome"}], "waitlists": [{"name": "vpn", "fields": {"geo": "fr", "platform": "ios,mac"}}]}
      """
    Then the status is 201
    And I keep /email/email_id as id
    And the header Location is /ctms/${id}
    And the body contains
      """
      {"vpn_waitlist": {"geo": "fr", "platform": "ios,mac"}, "email": {"email_id": "<uuid>", "create_timestamp": "<time>"}}
      """
    When I POST /ctms
      """
      {"email": {"primary_email": "${address}"}}
      """
    Then the status is 409
    And the body is
      """
      {"detail": "Contact already exists"}
      """
    When I PATCH /ctms/${id}
      """
      {"email": {"first_name": "Joan"}, "amo": {"user": true}, "newsletters": "UNSUBSCRIBE"}
      """
    Then the status is 200
    And the body contains
      """
      {"email": {"first_name": "Joan", "mailing_country": "us"}, "amo": {"user": true},
       "newsletters": [{"name": "mozilla-welcome", "subscribed": false}]}
      """
    When I PATCH /ctms/${id}
      """
      {"amo": "DELETE", "email": {"email_id": "93db83d4-4119-4e0c-af87-a713786fa81d"}}
      """
    Then the status is 422
    And the body is
      """
      {"detail": "cannot change email_id"}
      """
    When I PUT /ctms/${id}
      """
      {"email": {"email_id": "${id}", "primary_email": "${address}"}}
      """
    Then the status is 201
    And the body contains
      """
      {"email": {"first_name": null}, "amo": {"user": false}}
      """
    And /newsletters has 0 elements
    When I DELETE /ctms/${address}
    Then the status is 200
    And /0/email_id is
      """
      "${id}"
      """
    When I GET /ctms/${id}
    Then the status is 404
    And the body is
      """
      {"detail": "Unknown email_id"}
      """

  Scenario: Every wrong field is named
    When I POST /ctms
      """
      {"email": {"email_format": "X"}, "fxa": {"account_deleted": "perhaps"}}
      """
    Then the status is 422
    And /detail has 3 elements
    And the body contains
      """
      {"detail": [
        {"type": "missing", "loc": ["body", "email", "primary_email"], "msg": "Field required", "input": "<object>"},
        {"type": "literal_error", "loc": ["body", "email", "email_format"], "msg": "Input should be 'H', 'T', 'N' or ''", "input": "X"}]}
      """

  Scenario: A country that nobody knows is warned about
    When I POST /ctms
      """
      {"email": {"primary_email": "${new word}@example.com", "mailing_country": "Narnia"}}
      """
    Then the status is 201
    And the header X-Mailout-Warning is mailing_country is no country code of ISO 3166

  # Groups beyond the fixed ones

  Scenario: The group of employees is data, and as the others are
    When I POST /ctms
      """
      {"email": {"primary_email": "${new word}@example.com"}, "employee": {"number": "${new word}", "department": "Marketing"}}
      """
    Then the status is 201
    And I keep /employee/number as number
    When I GET /ctms?employee.number=${number}
    Then the status is 200
    And the body contains
      """
      [{"employee": {"department": "Marketing", "is_active": true}, "acoustic_sync": {"status": "pending"}}]
      """

  # The platform's questions

  Scenario: The service says how it is
    Given no credential
    When I GET /__heartbeat__
    Then the status is 200
    And the body is
      """
      {"status": "ok", "checks": {"database": "ok"}, "details": {}}
      """
    When I GET /__lbheartbeat__
    Then the status is 200
    When I GET /__version__
    Then the status is 200
    And the body contains
      """
      {"version": "<string>", "commit": "<string>"}
      """
