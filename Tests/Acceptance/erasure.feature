Feature: What is kept of a person, and how it is erased
  Everything that any service keeps of a customer is one document, over REST and over queues. An erasure takes it out of
  all of them: messages keep their counts and lose the person.

  Background:
    Given I am logged in as the admin
    And "${new phone}" kept as phone
    And "${new word}" kept as tag
    And "${new word}" kept as name
    When I POST /api/customers
      """
      {"phone": "${phone}", "email": "${name}@example.com", "first_name": "${name}", "tags": ["${tag}"]}
      """
    Then the status is 201
    And I keep /id as customer

  Scenario: Nothing is found of them afterwards, and the counts are as they were
    When I POST /api/mailouts
      """
      {"text": "Hello {{first_name}}", "filter": {"tags": ["${tag}"]}, "end_at": "${in 1 hour}"}
      """
    Then I keep /id as mailout
    And within 300 seconds GET /api/mailouts/${mailout}/stats contains
      """
      {"status": "finished", "counts": {"sent": 1}}
      """
    When I GET /api/customers/${customer}/personal-data
    Then the status is 200
    And the body contains
      """
      {
        "customer_id": ${customer}, "customer": {"phone": "${phone}", "first_name": "${name}"},
        "records": {"customer_tag": [{"tag": "${tag}"}]},
        "messages": [{"mailout_id": ${mailout}, "status": "sent"}], "next": null
      }
      """
    When I POST /api/erasures
      """
      {"customer_id": ${customer}}
      """
    Then the status is 201
    And I keep /id as erasure
    And the header Location is /api/erasures/${erasure}
    And within 300 seconds GET /api/erasures/${erasure} contains
      """
      {
        "customer_id": ${customer}, "state": "complete",
        "services": [{"state": "done"}, {"state": "done"}, {"state": "done"}, {"state": "done"}]
      }
      """
    When I GET /api/customers/${customer}/personal-data
    Then the status is 404
    When I GET /api/messages?mailout_id=${mailout}
    Then the status is 200
    And the body contains
      """
      {"items": [{"mailout_id": ${mailout}, "customer_id": null, "status": "sent"}]}
      """
    When I GET /api/mailouts/${mailout}/stats
    Then the body contains
      """
      {"counts": {"sent": 1}}
      """
    # Asked again, it is the same erasure.
    When I POST /api/erasures
      """
      {"customer_id": ${customer}}
      """
    Then the status is 201
    And the body contains
      """
      {"id": ${erasure}, "state": "complete"}
      """

  Scenario: Who may not, may not
    Given an API key with the scopes customers:read customers:write messages:read
    When I GET /api/customers/${customer}/personal-data
    Then the status is 403
    When I POST /api/erasures
      """
      {"customer_id": ${customer}}
      """
    Then the status is 403

  Scenario: The same over queues
    Given the description of the queues
    And an integration privacy with the scopes personal-data:read personal-data:write customers:read
    And I listen to the events customer.#
    When I ask the services for customer.personal-data.v1 with
      """
      {"id": ${customer}}
      """
    Then the reply is
      """
      {"customer": {"phone": "${phone}"}, "messages": [], "leads": []}
      """
    When I tell the services erasure.create.v1 with
      """
      {"customer_id": ${customer}}
      """
    Then the reply is
      """
      {"customer_id": ${customer}, "requested_by": "integration:privacy"}
      """
    And I keep /id of the reply as erasure
    And within 300 seconds the event customer.erased.v1 tells
      """
      {"id": ${customer}}
      """
    And within 300 seconds the services answer erasure.read.v1 of {"id": ${erasure}} with
      """
      {"state": "complete"}
      """
    When I ask the services for customer.personal-data.v1 with
      """
      {"id": ${customer}}
      """
    Then the reply is
      """
      {"code": "not_found"}
      """
