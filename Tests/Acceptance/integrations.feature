Feature: Programs on the queues
  An integration has a user of the broker, the scopes it was made with, and one queue for events; and nothing else.

  Scenario: The documentation's program sends a mailout and follows it
    Given I am logged in as the admin
    And "${new word}" kept as tag
    When I POST /api/customers
      """
      {"phone": "${new phone}", "first_name": "Anna", "tags": ["${tag}"]}
      """
    Then the status is 201
    And I keep /id as customer
    Given the description of the queues
    And an integration shop with the scopes mailouts:write mailouts:read messages:read
    When the program of the documentation orders a mailout to ${tag}
    Then it has printed
      """
      mailout [0-9]+ is (scheduled|running)
      mailout.started.v1: running
      mailout.finished.v1: finished, 1 messages
      customer ${customer}: sent
      """

  Scenario: What an envelope says of its sender is not looked at
    Given the description of the queues
    And an integration reader with the scopes customers:read
    When I pretend to be operator:nobody with the scopes nothing:read and tell the services customer.list.v1 with
      """
      {"limit": 1}
      """
    Then the reply is
      """
      {"items": "<list>"}
      """

  Scenario Outline: The broker lets nothing else through
    Given the description of the queues
    And an integration small with the scopes mailouts:read mailouts:write
    Then the broker refuses <what>

    Examples:
      | what                                     |
      | a queue of another name                  |
      | a queue that is not bounded              |
      | a look into the work of others           |
      | a message among the batches              |
      | a message straight into a queue          |
      | an operation that its scopes do not have |
      | the news of what it may not read         |
      | the news of everything                   |
      | the name of somebody else                |

  Scenario: A program that is away delays nobody
    Given the description of the queues
    And an integration away with the scopes mailouts:read
    Then its queue is bounded to 64 MB

  Scenario: Even where the broker lets it through, the service looks at the scope
    Given the description of the queues
    And an integration small with the scopes mailouts:read
    And the broker lets it publish anything
    When I tell the services customer.create.v1 with
      """
      {"phone": "${new phone}"}
      """
    Then the reply is
      """
      {"code": "forbidden", "detail": "This needs the scope customers:write."}
      """
    When I ask the services for operator.authenticate.v1 of customer with
      """
      {"username": "admin", "password": "guess", "address": "127.0.0.1"}
      """
    Then the reply is
      """
      {"code": "forbidden", "detail": "<string>"}
      """

  Scenario: The same key is another key for somebody else
    Given the description of the queues
    And I am logged in as the admin
    And "${new word}" kept as key
    And the header Idempotency-Key: ${key}
    When I POST /api/customers
      """
      {"phone": "${new phone}"}
      """
    Then the status is 201
    Given an integration shop with the scopes customers:write
    And the idempotency key ${key}
    When I tell the services customer.create.v1 with
      """
      {"phone": "${new phone}"}
      """
    Then the reply is
      """
      {"id": "<integer>"}
      """
    And I keep /id of the reply as customer
    Given the idempotency key ${key}
    When I tell the services customer.create.v1 with
      """
      {"phone": "79161230000"}
      """
    Then the reply is
      """
      {"code": "invalid", "detail": "<string>"}
      """
