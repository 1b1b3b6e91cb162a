Feature: Every endpoint of the mailing service
  The table of the mailing service's README, block by block and row by row: the path as it stands there, what is sent,
  and what comes back. Besides what the table has, everything needs a credential. What may be deleted is gone with an
  empty answer; a message stays, cancelled.

  Each row finds a customer, a mailout to come, a message that waits, and a tag, a phone code and a time zone that nobody
  else has.

  Background:
    Given I am logged in as the admin
    And things of its own: a customer, a mailout to come and a message that waits

  Scenario Outline: General: <method> <path>
    When I <method> <path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path        | body               | status | answer                                                                                        |
      | GET    | /api        |                    | 200    | {"links": {"customers": "/api/customers", "search": "/api/search", "docs": "/docs"}}          |
      | POST   | /api/search | {"tag": "${tag}"}  | 200    | {"items": [{"id": ${customer}, "phone": "${phone}", "tags": ["${tag}"]}], "next": null}       |

  Scenario: General: GET /
    When I GET /
    Then the status is 307
    And the header Location is /docs
    And the body is empty

  Scenario: General: GET /docs
    When I GET /docs
    Then the status is 200
    And the body has the text "swagger-ui"

  Scenario: General: POST /auth/token
    Given no credential
    When I log in as "admin"
    Then the status is 200
    And the body contains
      """
      {"access_token": "<string>", "token_type": "bearer"}
      """

  Scenario Outline: Customers: <method> /api/customers<path>
    When I <method> /api/customers<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path                          | body                                                  | status | answer                                                                                                            |
      | POST   | /                             | {"phone": "${other phone}", "timezone": "UTC"}        | 201    | {"id": "<integer>", "phone": "${other phone}", "timezone": "UTC", "tags": []}                                     |
      | GET    | /?tag=${tag}                  |                                                       | 200    | {"items": [{"id": ${customer}, "phone": "${phone}", "timezone": "Europe/Moscow", "tags": ["${tag}"]}], "next": null} |
      | GET    | /${customer}                  |                                                       | 200    | {"id": ${customer}, "phone": "${phone}", "timezone": "Europe/Moscow", "tags": ["${tag}"], "tag_ids": [${tag_id}]} |
      | PUT    | /${customer}                  | {"phone": "${phone}", "timezone": "Asia/Omsk"}        | 200    | {"id": ${customer}, "phone": "${phone}", "timezone": "Asia/Omsk", "tags": []}                                     |
      | DELETE | /${customer}                  |                                                       | 204    |                                                                                                                   |
      | POST   | /${customer}/tags             | {"tag": "${other tag}"}                               | 201    | {"id": ${customer}, "tags": ["${tag}", "${other tag}"]}                                                           |
      | POST   | /${customer}/tags/${tag_id}   |                                                       | 200    | {"id": ${customer}, "tags": [], "tag_ids": []}                                                                    |

  Scenario Outline: Mailouts: <method> /api/mailouts<path>
    When I <method> /api/mailouts<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path                                | body                                                                                             | status | answer                                                                                                |
      | POST   | /                                   | {"text": "Hello", "start_at": "${start}", "end_at": "${end}", "filter": {"tags": ["${tag}"]}}    | 201    | {"id": "<integer>", "text": "Hello", "start_at": "<time>", "end_at": "<time>", "status": "scheduled", "filter": {"tags": ["${tag}"], "phone_codes": []}} |
      | GET    | /?tag=${tag}                        |                                                                                                  | 200    | {"items": [{"id": ${mailout}, "text": "Later", "status": "scheduled"}], "next": null}                 |
      | GET    | /?phone_code=${code}&tag=${tag}     |                                                                                                  | 200    | {"items": [{"id": ${mailout}, "filter": {"tags": ["${tag}"], "phone_codes": ["${code}"]}}], "next": null} |
      | GET    | /${mailout}                         |                                                                                                  | 200    | {"id": ${mailout}, "text": "Later", "status": "scheduled", "filter": {"tags": ["${tag}"], "phone_codes": ["${code}"]}} |
      | PUT    | /${mailout}                         | {"text": "Still later", "start_at": "${start}", "end_at": "${end}"}                              | 200    | {"id": ${mailout}, "text": "Still later", "filter": {"tags": [], "phone_codes": []}}                  |
      | DELETE | /${mailout}                         |                                                                                                  | 204    |                                                                                                       |
      | POST   | /${mailout}/tags                    | {"tag": "${other tag}"}                                                                          | 201    | {"id": ${mailout}, "filter": {"tags": ["${tag}", "${other tag}"]}}                                    |
      | POST   | /${mailout}/tags/${tag_id}          |                                                                                                  | 200    | {"id": ${mailout}, "filter": {"tags": [], "phone_codes": ["${code}"]}}                                |
      | POST   | /${mailout}/phone_codes             | {"phone_code": "916"}                                                                            | 201    | {"id": ${mailout}, "filter": {"phone_codes": ["${code}", "916"]}}                                     |
      | POST   | /${mailout}/phone_codes/${code_id}  |                                                                                                  | 200    | {"id": ${mailout}, "filter": {"tags": ["${tag}"], "phone_codes": []}}                                 |

  Scenario Outline: Messages: <method> /api/messages<path>
    When I <method> /api/messages<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path                      | body                                           | status | answer                                                                                                          |
      | POST   | /                         | {"customer_id": ${customer}, "text": "Hello"}  | 201    | {"id": "<integer>", "mailout_id": null, "customer_id": ${customer}, "text": "Hello", "status": "queued"}           |
      | GET    | /?customer_id=${customer} |                                                | 200    | {"items": [{"id": ${message}, "customer_id": ${customer}, "text": "Wait", "status": "queued"}], "next": null}   |
      | GET    | /${message}               |                                                | 200    | {"id": ${message}, "customer_id": ${customer}, "text": "Wait", "status": "queued", "attempts": 0}               |
      | PUT    | /${message}               | {"text": "Wait a little"}                      | 200    | {"id": ${message}, "text": "Wait a little", "status": "queued"}                                                 |
      | DELETE | /${message}               |                                                | 200    | {"id": ${message}, "text": "Wait", "status": "cancelled"}                                                       |

  Scenario: Messages: GET /api/messages/stats
    When I GET /api/messages/stats
    Then the status is 200
    And the body contains
      """
      [{"status": "queued", "count": "<integer>"}]
      """

  Scenario Outline: Phone codes: <method> /api/phone_codes<path>
    When I <method> /api/phone_codes<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path                 | body                            | status | answer                                                                      |
      | POST   | /                    | {"phone_code": "${code}"}       | 201    | {"id": ${code_id}, "phone_code": "${code}"}                                 |
      | POST   | /                    | {"phone_code": "${other code}"} | 201    | {"id": "<integer>", "phone_code": "${other code}"}                          |
      | GET    | /?phone_code=${code} |                                 | 200    | {"items": [{"id": ${code_id}, "phone_code": "${code}"}], "next": null}      |
      | GET    | /${code_id}          |                                 | 200    | {"id": ${code_id}, "phone_code": "${code}"}                                 |
      | PUT    | /${code_id}          | {"phone_code": "${other code}"} | 200    | {"id": ${code_id}, "phone_code": "${other code}"}                           |
      | DELETE | /${code_id}          |                                 | 204    |                                                                             |

  Scenario Outline: Time zones: <method> /api/timezones<path>
    When I <method> /api/timezones<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path                        | body                              | status | answer                                                                                  |
      | POST   | /                           | {"timezone": "Antarctica/Troll"}  | 201    | {"id": ${zone_id}, "timezone": "Antarctica/Troll"}                                      |
      | POST   | /                           | {"timezone": "Antarctica/Vostok"} | 201    | {"id": "<integer>", "timezone": "Antarctica/Vostok"}                                    |
      | GET    | /?timezone=Antarctica/Troll |                                   | 200    | {"items": [{"id": ${zone_id}, "timezone": "Antarctica/Troll"}], "next": null}           |
      | GET    | /${zone_id}                 |                                   | 200    | {"id": ${zone_id}, "timezone": "Antarctica/Troll"}                                      |
      | PUT    | /${zone_id}                 | {"timezone": "Antarctica/Mawson"} | 200    | {"id": ${zone_id}, "timezone": "Antarctica/Mawson"}                                     |
      | DELETE | /${zone_id}                 |                                   | 204    |                                                                                         |

  Scenario Outline: Tags: <method> /api/tags<path>
    When I <method> /api/tags<path>
      """
      <body>
      """
    Then the status is <status>
    And the answer has
      """
      <answer>
      """

    Examples:
      | method | path       | body                    | status | answer                                     |
      | PUT    | /${tag_id} | {"tag": "${other tag}"} | 200    | {"id": ${tag_id}, "tag": "${other tag}"}   |
      | DELETE | /${tag_id} |                         | 204    |                                            |

  Scenario: A tag that is renamed or deleted is so for its customers
    When I PUT /api/tags/${tag_id}
      """
      {"tag": "${other tag}"}
      """
    And I GET /api/customers/${customer}
    Then /tags is
      """
      ["${other tag}"]
      """
    When I DELETE /api/tags/${tag_id}
    And I GET /api/customers/${customer}
    Then /tags has 0 elements
