Feature: The same over queues
  Every command and query of the REST API works over RabbitMQ, with the same checks and results, and every change is an
  event. What really passes is held against /asyncapi.json.

  Background:
    Given the description of the queues
    And an integration all with the scopes customers:read customers:write mailouts:read mailouts:write messages:read stats:read admin:read

  Scenario: A mailout from its order to its end
    Given I listen to the events #
    And "${new word}" kept as tag
    And "${new phone}" kept as phone
    When I tell the services customer.create.v1 with
      """
      {"phone": "${phone}", "first_name": "Anna", "tags": ["${tag}"]}
      """
    Then the reply is
      """
      {"id": "<integer>", "phone": "${phone}", "tags": ["${tag}"]}
      """
    And I keep /id of the reply as customer
    When I ask the services for customer.read.v1 with
      """
      {"id": ${customer}}
      """
    Then the reply is
      """
      {"id": ${customer}, "first_name": "Anna"}
      """
    When I tell the services customer.update.v1 with
      """
      {"id": ${customer}, "changes": {"last_name": "Adler"}}
      """
    Then the reply is
      """
      {"last_name": "Adler"}
      """
    When I tell the services mailout.create.v1 with
      """
      {"text": "Hello {{first_name|you}}", "filter": {"tags": ["${tag}"]}, "end_at": "${in 1 hour}"}
      """
    Then I keep /id of the reply as mailout
    And within 300 seconds the event mailout.created.v1 tells
      """
      {"id": ${mailout}}
      """
    And within 300 seconds the event mailout.started.v1 tells
      """
      {"id": ${mailout}}
      """
    And within 300 seconds the event mailout.finished.v1 tells
      """
      {"id": ${mailout}, "status": "finished", "issued": 1, "not_reached": 0}
      """
    And within 300 seconds the services answer message.list.v1 of {"filter": {"mailout_id": ${mailout}}, "limit": 10} with
      """
      {"items": [{"customer_id": ${customer}, "status": "sent"}]}
      """
    When I tell the services customer.delete.v1 with
      """
      {"id": ${customer}}
      """
    Then within 300 seconds the event customer.deleted.v1 tells
      """
      {"id": ${customer}}
      """
    And every event that came fits its description, 6 types at least

  Scenario Outline: Queries answer as they are described
    When I ask the services for <operation> with
      """
      <data>
      """
    Then the reply is
      """
      <reply>
      """

    Examples:
      | operation           | data           | reply                |
      | customer.list.v1    | {"limit": 10}  | {"items": "<list>"}  |
      | tag.list.v1         | {"limit": 10}  | {"items": "<list>"}  |
      | mailout.list.v1     | {"limit": 10}  | {"items": "<list>"}  |
      | message.list.v1     | {"limit": 10}  | {"items": "<list>"}  |
      | message.stats.v1    | {}             | "<list>"             |
      | stats.summary.v1    | {"limit": 10}  | {"messages": "<object>"} |
      | provider.list.v1    | {"limit": 10}  | {"items": "<list>"}  |
      | dead-letter.list.v1 | {"limit": 10}  | {"items": "<list>"}  |

  Scenario: What is wrong is told as over REST
    When I tell the services customer.create.v1 with
      """
      {"phone": "banana", "colour": "red"}
      """
    Then the reply is
      """
      {"code": "invalid", "errors": [{"pointer": "/phone", "detail": "<string>"}, {"pointer": "/colour", "detail": "<string>"}]}
      """
    When I ask the services for mailout.read.v1 with
      """
      {"id": 999999999}
      """
    Then the reply is
      """
      {"code": "not_found"}
      """
