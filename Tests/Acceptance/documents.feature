Feature: Descriptions of the interfaces
  /openapi.json tells programs everything about the API, and /docs shows it to people. Nothing comes from elsewhere.

  Scenario: The description is complete in itself
    When I GET /openapi.json
    Then the status is 200
    And it is valid OpenAPI 3.1
    And every operation has an example of each JSON body, and each fits its schema

  Scenario: So is the one of the queues
    When I GET /asyncapi.json
    Then the status is 200
    And it is valid AsyncAPI 3.0
    And every message of it has examples that fit

  Scenario Outline: The page is there for everybody
    When I GET <path>
    Then the status is 200
    And the header Content-Type is text/html; charset=utf-8
    And the body has the text "/docs/swagger-ui-bundle.js"

    Examples:
      | path     |
      | /docs    |
      | /docs/   |
      | /api/ui  |
      | /api/ui/ |

  Scenario: The page's parts are the unchanged files of Swagger UI
    Then Swagger UI is the one that its README names
