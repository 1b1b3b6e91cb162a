Feature: The description is true
  schemathesis reads /openapi.json and sends each operation what it allows and what it does not: examples, limits,
  nonsense, and chains of operations. No answer may be a 5xx, of a status that is not described, or of another shape.

  # The longest by far: TAGS="not @contract" leaves it out.
  @contract
  Scenario: Nothing that the API does contradicts its description
    Given I am logged in as the admin
    Then schemathesis finds nothing in 210 seconds
