Feature: Mailing service
  Mailouts, customers and messages under /api, as the mailing service's README lists them.
  Everything needs a credential; a path works with and without its trailing slash.

  Background:
    Given I am logged in as the admin

  Scenario: Log in
    Given no credential
    When I log in as "admin"
    Then the status is 200
    And the body is
      """
      {"access_token": "<string>", "token_type": "bearer", "expires_in": "<integer>", "refresh_token": "<string>"}
      """

  Scenario: A wrong password gives no token
    Given no credential
    When I POST /auth/token with the form
      | username | admin     |
      | password | not it    |
    Then the status is 400
    And the body contains
      """
      {"error": "invalid_grant"}
      """

  Scenario Outline: Nothing is read or written without a credential
    Given no credential
    When I <method> <path>
    Then the status is 401
    And the header WWW-Authenticate is Bearer realm="mailout"

    Examples:
      | method | path                   |
      | GET    | /api/customers/        |
      | POST   | /api/customers/        |
      | GET    | /api/mailouts/         |
      | POST   | /api/mailouts/         |
      | GET    | /api/messages/         |
      | GET    | /api/messages/stats    |
      | GET    | /api/stats             |

  Scenario: Home
    When I GET /api
    Then the status is 200
    And the body contains
      """
      {"links": {"customers": "/api/customers", "mailouts": "/api/mailouts", "messages": "/api/messages"}}
      """

  # Customers

  Scenario: Add a customer, read, change and delete it
    Given "${new phone}" kept as phone
    When I POST /api/customers/
      """
      {"phone": "${phone}", "first_name": "Anna", "timezone": "Europe/Moscow", "tags": ["vip"], "attributes": {"city": "Moscow"}}
      """
    Then the status is 201
    And I keep /id as customer
    And the header Location is /api/customers/${customer}
    And the header ETag is <matches "1.*">
    And the body is
      """
      {"id": "<integer>", "uuid": "<uuid>", "phone": "${phone}", "phone_code": "<matches 9[0-9][0-9]>", "timezone": "Europe/Moscow",
       "email": null, "first_name": "Anna", "last_name": null, "attributes": {"city": "Moscow"}, "tags": ["vip"],
       "tag_ids": ["<integer>"], "opted_out": false, "created_at": "<time>", "updated_at": "<time>"}
      """
    When I GET /api/customers/${customer}
    Then the status is 200
    And the body contains
      """
      {"phone": "${phone}", "tags": ["vip"]}
      """
    When I PUT /api/customers/${customer}
      """
      {"phone": "${phone}", "first_name": "Bella"}
      """
    Then the status is 200
    And the body contains
      """
      {"first_name": "Bella", "timezone": null, "attributes": {}}
      """
    And /tags has 0 elements
    When I PATCH /api/customers/${customer} as application/merge-patch+json
      """
      {"last_name": "Adler"}
      """
    Then the status is 200
    And the body contains
      """
      {"first_name": "Bella", "last_name": "Adler"}
      """
    When I DELETE /api/customers/${customer}
    Then the status is 204
    When I GET /api/customers/${customer}
    Then the status is 404
    And the body contains
      """
      {"type": "urn:mailout:problem:not_found", "status": 404, "detail": "There is no customer with id ${customer}."}
      """

  Scenario: Every wrong field is named at once
    When I POST /api/customers/
      """
      {"phone": "banana", "timezone": "Mars/Olympus", "tags": ["a;b"], "colour": "red"}
      """
    Then the status is 422
    And the header Content-Type is application/problem+json
    And the fields at fault are /phone /timezone /tags/0 /colour

  Scenario: A phone is known once
    Given "${new phone}" kept as phone
    When I POST /api/customers/
      """
      {"phone": "${phone}"}
      """
    Then the status is 201
    When I POST /api/customers/
      """
      {"phone": "${phone}"}
      """
    Then the status is 409

  Scenario: Add and take away a customer's tag
    Given "${new phone}" kept as phone
    And "${new word}" kept as tag
    When I POST /api/customers
      """
      {"phone": "${phone}"}
      """
    Then I keep /id as customer
    When I POST /api/customers/${customer}/tags
      """
      {"tag": "${tag}"}
      """
    Then the status is 201
    And the body contains
      """
      {"tags": ["${tag}"]}
      """
    And I keep /tag_ids/0 as tag_id
    When I GET /api/customers?tag=${tag}
    Then /items has 1 elements
    When I POST /api/customers/${customer}/tags/${tag_id}
    Then the status is 200
    And /tags has 0 elements

  Scenario: Import customers and page through them
    Given "${new word}" kept as tag
    And "${new phone}" kept as one
    And "${new phone}" kept as two
    When I POST /api/customers/import as text/csv
      """
      phone,first_name,tags,city
      ${one},Boris,${tag};new,Moscow
      ${two},Clara,${tag},Paris
      banana,Dan,,
      """
    Then the status is 200
    And the body is
      """
      {"created": 2, "updated": 0, "rejected": 1, "errors": [{"line": 4, "field": "phone", "detail": "<string>"}]}
      """
    When I GET /api/customers?tag=${tag}&limit=1&sort=id
    Then the status is 200
    And /items has 1 elements
    And the header Link is <matches .*; rel="next">
    And I keep /next as cursor
    When I GET /api/customers?tag=${tag}&limit=1&sort=id&after=${cursor}
    Then /items has 1 elements
    And I keep /next as cursor
    When I GET /api/customers?tag=${tag}&limit=1&sort=id&after=${cursor}
    Then the body is
      """
      {"items": [], "next": null}
      """

  # Searching

  Scenario Outline: Search finds whom it should, and nobody else: <search>
    Given these customers
      | phone | first_name | last_name | timezone      |
      | 7916  | Anna       | Adler     | Europe/Moscow |
      | 7926  | Boris      | Annin     | Europe/Moscow |
      | 7916  | Clara      | Chernova  | Asia/Omsk     |
    When I POST /api/search
      """
      <search>
      """
    Then the customers found are <found>

    Examples:
      | search                                                                     | found            |
      | {"tag": "${tag}"}                                                          | Anna Boris Clara |
      | {"tag": "${tag}", "phone_code": "916"}                                     | Anna Clara       |
      | {"tag": "${tag}", "phone_code": ["916", "926"]}                            | Anna Boris Clara |
      | {"tag": "${tag}", "timezone": "Europe/Moscow"}                             | Anna Boris       |
      | {"tag": "${tag}", "phone_code": "916", "timezone": "Europe/Moscow"}        | Anna             |
      | {"tag": "${tag}", "text": "ann"}                                           | Anna Boris       |
      | {"tag": "${tag}", "text": "CHER cla"}                                      | Clara            |
      | {"tag": ["nobody-has-this", "${tag}"], "text": "boris"}                    | Boris            |
      | {"text": "${Clara}"}                                                       | Clara            |
      | {"tag": "${tag}", "text": "nna"}                                           | nobody           |
      | {"tag": "nobody-has-this"}                                                 | nobody           |

  Scenario: Search takes a form, as older programs send it, and pages
    Given these customers
      | phone | first_name | last_name | timezone      |
      | 7916  | Anna       | Adler     | Europe/Moscow |
      | 7926  | Boris      | Annin     | Europe/Moscow |
      | 7916  | Clara      | Chernova  | Asia/Omsk     |
    When I POST /api/search with the form
      | tag        | ${tag} |
      | phone_code | 916    |
    Then the customers found are Anna Clara
    When I POST /api/search
      """
      {"tag": "${tag}", "limit": 2, "sort": "-id"}
      """
    Then the customers found are Clara Boris
    And I keep /next as cursor
    When I POST /api/search
      """
      {"tag": "${tag}", "limit": 2, "sort": "-id", "after": "${cursor}"}
      """
    Then the customers found are Anna
    When I POST /api/search
      """
      {"colour": "red", "phone_code": "9x"}
      """
    Then the status is 422
    And the fields at fault are /colour /phone_code

  # Conventions

  Scenario: The same request twice, by its idempotency key, is done once
    Given "${new word}" kept as key
    And "${new phone}" kept as phone
    And the header Idempotency-Key: ${key}
    When I POST /api/customers
      """
      {"phone": "${phone}"}
      """
    Then the status is 201
    And I keep /id as customer
    Given the header Idempotency-Key: ${key}
    When I POST /api/customers
      """
      {"phone": "${phone}"}
      """
    Then the status is 201
    And the body contains
      """
      {"id": "<integer>", "phone": "${phone}"}
      """
    And the header Location is /api/customers/${customer}
    Given the header Idempotency-Key: ${key}
    When I POST /api/customers
      """
      {"phone": "${new phone}"}
      """
    Then the status is 422

  Scenario: A stale version changes nothing
    When I POST /api/customers
      """
      {"phone": "${new phone}"}
      """
    Then I keep /id as customer
    And I keep the header ETag as version
    Given the header If-Match: ${version}
    When I PATCH /api/customers/${customer}
      """
      {"first_name": "Anna"}
      """
    Then the status is 200
    Given the header If-Match: ${version}
    When I PATCH /api/customers/${customer}
      """
      {"first_name": "Bella"}
      """
    Then the status is 412
    When I GET /api/customers/${customer}
    Then the body contains
      """
      {"first_name": "Anna"}
      """

  Scenario: A request keeps its own id and says which methods a path has
    Given the header X-Request-Id: my-request-7
    When I GET /api/stats
    Then the header X-Request-Id is my-request-7
    When I PATCH /api/customers
      """
      {}
      """
    Then the status is 405
    And the header Allow is <string>

  # Mailouts and messages

  Scenario: A mailout that is due is sent at once, and every message is accounted for
    Given I listen to the events mailout.#
    And "${new word}" kept as tag
    And "${new phone}" kept as phone
    When I POST /api/customers
      """
      {"phone": "${phone}", "first_name": "Anna", "tags": ["${tag}"]}
      """
    Then the status is 201
    And I keep /id as customer
    When I POST /api/mailouts/
      """
      {"name": "First", "text": "Hello {{first_name|friend}}!", "filter": {"tags": ["${tag}"]}, "end_at": "${in 1 hour}"}
      """
    Then the status is 201
    And I keep /id as mailout
    And the body contains
      """
      {"name": "First", "text": "Hello {{first_name|friend}}!", "filter": {"tags": ["${tag}"], "phone_codes": []}}
      """
    And within 300 seconds the event mailout.created.v1 tells
      """
      {"id": ${mailout}}
      """
    And within 300 seconds GET /api/mailouts/${mailout}/stats contains
      """
      {"mailout_id": ${mailout}, "status": "finished", "audience": 1, "counts": {"sent": 1}}
      """
    And within 300 seconds the event mailout.finished.v1 tells
      """
      {"id": ${mailout}}
      """
    When I GET /api/messages?mailout_id=${mailout}
    Then /items has 1 elements
    And the body contains
      """
      {"items": [{"mailout_id": ${mailout}, "customer_id": ${customer}, "status": "sent"}]}
      """
    And I keep /items/0/id as message
    When I GET /api/messages/${message}
    Then the status is 200
    And the body contains
      """
      {"id": ${message}, "status": "sent"}
      """
    When I GET /api/messages/stats
    Then the status is 200
    And the body contains
      """
      [{"status": "sent", "count": "<integer>"}]
      """
    When I GET /api/messages/stats/${mailout}
    Then the body is
      """
      [{"status": "sent", "count": 1}]
      """
    When I GET /api/stats?limit=1000
    Then the status is 200
    And the body contains
      """
      {"mailouts": [{"mailout_id": ${mailout}, "name": "First", "status": "finished", "counts": {"sent": 1}}],
       "messages": {"sent": "<integer>"}}
      """

  Scenario: A message of its own is sent at once
    When I POST /api/customers
      """
      {"phone": "${new phone}", "first_name": "Anna"}
      """
    Then I keep /id as customer
    When I POST /api/messages/
      """
      {"customer_id": ${customer}, "text": "Your table is ready, {{first_name|friend}}"}
      """
    Then the status is 201
    And I keep /id as message
    And within 300 seconds GET /api/messages/${message} contains
      """
      {"mailout_id": null, "customer_id": ${customer}, "text": "Your table is ready, {{first_name|friend}}", "status": "sent"}
      """
    When I PUT /api/messages/${message}
      """
      {"text": "Too late"}
      """
    Then the status is 409
    When I DELETE /api/messages/${message}
    Then the status is 409

  Scenario: A mailout in the future waits, and can be changed and deleted
    When I POST /api/mailouts
      """
      {"text": "Later", "start_at": "${in 1 hour}", "end_at": "${in 2 hours}", "filter": {"tags": ["${new word}"]}}
      """
    Then the status is 201
    And I keep /id as mailout
    And the body contains
      """
      {"status": "scheduled"}
      """
    When I PUT /api/mailouts/${mailout}
      """
      {"text": "Later still", "start_at": "${in 2 hours}", "end_at": "${in 3 hours}"}
      """
    Then the status is 200
    And the body contains
      """
      {"text": "Later still", "status": "scheduled"}
      """
    When I DELETE /api/mailouts/${mailout}
    Then the status is 204
    When I GET /api/mailouts/${mailout}
    Then the status is 404

  Scenario: An end before the start is refused
    When I POST /api/mailouts
      """
      {"text": "Never", "start_at": "${in 2 hours}", "end_at": "${in 1 hour}"}
      """
    Then the status is 422
    And the fields at fault are /end_at
