Feature: What passes over the queues
  The broker itself tells everything that is published while the features run. /asyncapi.json is held against it:
  commands and queries as they were sent, their replies, and the events.

  Scenario: All of it is as described
    Given everything that passes over the broker is looked at
    And the description of the queues
    And I am logged in as the admin
    When one of everything that is told as an event is done over REST
    And everything else that REST offers is asked for
    Then every event of the description has passed
    And all that has passed fits its description, and a reply to every command and query is among it
