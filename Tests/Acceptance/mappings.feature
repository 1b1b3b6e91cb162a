Feature: Customer ids for other applications
  /v1 as the README of the service for customer ids shows it, with a key in the Authorization header.

  Background:
    Given I am logged in as the admin
    And an application of its own
    And an API key with the scopes mappings:read mappings:write
    And "${new word}.example.com" kept as domain

  Scenario: Create a customer record
    When I POST /v1/customers/ with the form
      | domain | ${domain} |
    Then the status is 201
    And the body is
      """
      {"domain": "${domain}", "uuid": "<uuid>"}
      """
    And I keep /uuid as uuid
    # If the record exists already, the original comes back.
    When I POST /v1/customers/
      """
      {"domain": "${domain}"}
      """
    Then the status is 200
    And the body is
      """
      {"domain": "${domain}", "uuid": "${uuid}"}
      """

  Scenario: Create a customer mapping, query it, and list a customer's mappings
    When I POST /v1/customers/ with the form
      | domain | ${domain} |
    Then I keep /uuid as uuid
    When I POST /v1/mappings/ with the form
      | customer_app_id | username |
      | customer        | ${uuid}  |
      | app             | ${app}   |
    Then the status is 201
    And the body is
      """
      {"customer": "${uuid}", "customer_app_id": "username", "app": "${app}"}
      """
    When I GET /v1/query/${app}/username
    Then the status is 200
    And the body is
      """
      {"domain": "${domain}", "uuid": "${uuid}"}
      """
    When I GET /v1/mappings/?customer=${uuid}
    Then the status is 200
    And the body is
      """
      [{"app": "${app}", "domain": "${domain}", "aoo_id": "username", "app_id": "username"}]
      """
    When I GET /v1/mappings/ with the form
      | customer | ${uuid} |
    Then the status is 200
    And /0/aoo_id is
      """
      "username"
      """

  Scenario: A customer has one mapping in an app, and an app's id is one customer
    When I POST /v1/customers/ with the form
      | domain | ${domain} |
    Then I keep /uuid as uuid
    When I POST /v1/mappings/
      """
      {"customer": "${uuid}", "app": "${app}", "customer_app_id": "one"}
      """
    Then the status is 201
    When I POST /v1/mappings/
      """
      {"customer": "${uuid}", "app": "${app}", "customer_app_id": "two"}
      """
    Then the status is 400
    And the body is
      """
      {"non_field_errors": ["The fields customer, app must make a unique set."]}
      """
    When I POST /v1/customers/
      """
      {"domain": "other.${domain}"}
      """
    Then I keep /uuid as other
    When I POST /v1/mappings/
      """
      {"customer": "${other}", "app": "${app}", "customer_app_id": "one"}
      """
    Then the status is 400

  Scenario: What is not there
    When I GET /v1/query/${app}/nobody
    Then the status is 404
    And the body is
      """
      {"detail": "Not found."}
      """
    When I POST /v1/mappings/
      """
      {"customer": "1e6e817d-c3d7-432f-ae47-ed75b4744fce", "app": "no-such-app", "customer_app_id": "x"}
      """
    Then the status is 400
    And the body contains
      """
      {"customer": "<list>", "app": "<list>"}
      """
    When I POST /v1/customers/
      """
      {}
      """
    Then the status is 400
    And the body is
      """
      {"domain": ["This field is required."]}
      """

  Scenario: A key that is denied
    Given the credential "Api-Key ********"
    When I GET /v1/query/${app}/x
    Then the status is 403
    And the body is
      """
      {"detail": "Authentication credentials were not provided."}
      """
    Given no credential
    When I GET /v1/query/${app}/x
    Then the status is 401
