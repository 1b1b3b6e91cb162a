Feature: Over REST and over the queues alike
  Every command and query that /asyncapi.json describes is also a route. A program at the queues is told the same as a
  client of REST: of what is wrong with the same request, and of what there is.

  Background:
    Given I am logged in as the admin
    And the description of the API
    And the description of the queues
    And an integration twin that may do whatever is described

  Scenario: What is wrong is wrong in the same words
    When every route is asked over REST for what cannot be
    Then a program that says the same over the queues is told the same, but for
      | operation           | why                                                                       |
      | customer.export.v1  | over REST it is many questions, and a stream                              |
      | customer.import.v1  | over REST it is a stream of lines, checked one by one                     |

  Scenario: What there is, is the same, and so is what can be made
    When everything else that REST offers is asked for
    Then a program that asks the same questions gets the same answers
    And a program that orders the same in its turn gets as much, of 30 kinds of orders at least
