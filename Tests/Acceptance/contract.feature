# The longest by far: TAGS="not @contract" leaves it out.
@contract
Feature: The description is true
  schemathesis reads /openapi.json and sends each operation what it allows and what it does not: examples, limits,
  nonsense, and chains of operations. No answer may be a 5xx, of a status that is not described, or of another shape.
  schemathesis.toml says what else is held, and what is tolerated, by name.

  Background:
    Given I am logged in as the admin
    And the description of the API

  Scenario: Nothing that an operation does contradicts its description
    When schemathesis asks every operation for what it allows and what it does not
    Then it has found nothing
    And every phase went to its end
    And every operation was asked in coverage and in fuzzing, and in examples if it takes a body

  Scenario: Nothing along a chain of operations contradicts the description
    Given whatever can be made has links to all that can be done with it
    When schemathesis goes from everything that can be made wherever its answer leads, but for success not by
      | link                                                                 | why                                       |
      | POST /api/mailouts -> [201] resume -> POST /api/mailouts/{id}/resume | it is paused only while it runs           |
      | POST /api/mailouts -> [201] pause -> POST /api/mailouts/{id}/pause   | it runs only when its start has come      |
      | POST /api/messages -> [201] update -> PUT /api/messages/{id}         | it is sent at once                        |
      | POST /api/messages -> [201] cancel -> DELETE /api/messages/{id}      | it is sent at once                        |
      | POST /api/providers -> [201] delete -> DELETE /api/providers/{id}    | it is enabled, and rests for a moment     |
    Then it has found nothing
    And every other link was followed to a success, and those at all
    When it goes on along the links that it guesses too
    Then it has found nothing
    And it has followed at least 100 links
