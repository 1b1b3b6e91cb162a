Feature: Customers and their accounts
  /customers and /auth, as the customer interface had them: its paths, bodies and answers; with a credential where
  customers are read or changed, and no password in any answer.

  Background:
    Given I am logged in as the admin
    And "${new word}@example.com" kept as email

  Scenario: Customers are created, viewed, updated and deleted
    When I POST /customers
      """
      {"email": "${email}", "customer_id": "id of ${email}", "country": "DE", "language": "de"}
      """
    Then the status is 201
    And the body is
      """
      {"customer_id": "id of ${email}", "email": "${email}", "country": "DE", "language": "de", "timestamp": "<time>"}
      """
    When I GET /customers/${email}
    Then the status is 200
    And the body contains
      """
      {"customer_id": "id of ${email}", "email": "${email}", "country": "DE", "language": "de"}
      """
    When I PUT /customers/${email}
      """
      {"language": "en"}
      """
    Then the status is 200
    And /language is
      """
      "en"
      """
    When I DELETE /customers/${email}
    Then the status is 200
    And the body is the text "${email} successfully deleted"
    When I GET /customers/${email}
    Then the status is 404
    And the header Content-Type is application/problem+json
    And the body is
      """
      {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "${email} not found"}
      """

  Scenario: All customers are a list
    When I POST /customers
      """
      {"email": "${email}"}
      """
    And I GET /customers?limit=1
    Then the status is 200
    And the body is
      """
      [{"customer_id": "<string>", "email": "<string>", "country": "<any>", "language": "<any>", "timestamp": "<time>"}]
      """

  Scenario: What is wrong is said
    When I POST /customers
      """
      {"country": "DE"}
      """
    Then the status is 400
    And /detail is
      """
      "'email' is a required property"
      """
    When I POST /customers
      """
      {"email": "${email}"}
      """
    And I POST /customers
      """
      {"email": "${email}"}
      """
    Then the status is 400
    And /detail is
      """
      "${email} already exists"
      """
    When I PUT /customers/${email}
      """
      {"language": "fr"}
      """
    Then the status is 400
    And /detail is
      """
      "Supported languages are ['de', 'en']"
      """

  Scenario: The same customer everywhere
    When I POST /customers
      """
      {"email": "${email}", "country": "DE", "language": "de"}
      """
    And I GET /ctms?primary_email=${email}
    Then the body contains
      """
      [{"email": {"primary_email": "${email}", "mailing_country": "DE", "email_lang": "de"}}]
      """
    When I GET /api/customers?email=${email}
    Then /items has 1 elements

  Scenario: Customers need a credential
    Given no credential
    When I GET /customers/${email}
    Then the status is 401
    Given an API key with the scopes profiles:read
    When I POST /customers
      """
      {"email": "${email}"}
      """
    Then the status is 403

  Scenario: Sign up, log in, renew the session, log out
    Given no credential
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "correct horse", "language": "de"}
      """
    Then the status is 201
    And the body is
      """
      {"customer_id": "<uuid>", "email": "${email}", "country": null, "language": "de", "timestamp": "<time>"}
      """
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "another one"}
      """
    Then the status is 400
    And /detail is
      """
      "Customer with email ${email} already exists"
      """
    When I POST /auth/login
      """
      {"email": "${email}", "password": "correct horse"}
      """
    Then the status is 200
    And the body is
      """
      {"email": "${email}", "language": "de", "access_token": "<string>", "token_type": "bearer", "expires_in": 1800,
       "refresh_token": "<string>"}
      """
    And the header Cache-Control is no-store
    And I keep /access_token as token
    And I keep /refresh_token as first
    Given the credential "Bearer ${token}"
    When I GET /customers/${email}
    Then the status is 200
    When I GET /customers/somebody@example.com
    Then the status is 403
    When I GET /customers
    Then the status is 403
    When I GET /api/customers
    Then the status is 403
    When I POST /auth/refresh
      """
      {"refresh_token": "${first}"}
      """
    Then the status is 200
    And I keep /refresh_token as second
    When I POST /auth/logout
      """
      {"refresh_token": "${second}"}
      """
    Then the status is 204
    When I POST /auth/refresh
      """
      {"refresh_token": "${second}"}
      """
    Then the status is 401
    And within 60 seconds GET /customers/${email} has the status 401

  Scenario: A refresh token that comes twice ends its session
    Given no credential
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "correct horse"}
      """
    And I POST /auth/login
      """
      {"email": "${email}", "password": "correct horse"}
      """
    Then /language is
      """
      "No Language Added"
      """
    And I keep /refresh_token as first
    When I POST /auth/refresh
      """
      {"refresh_token": "${first}"}
      """
    Then I keep /refresh_token as second
    When I POST /auth/refresh
      """
      {"refresh_token": "${first}"}
      """
    Then the status is 401
    When I POST /auth/refresh
      """
      {"refresh_token": "${second}"}
      """
    Then the status is 401

  Scenario: A wrong password, and too many of them
    Given no credential
    When I POST /auth/login
      """
      {"email": "${email}", "password": "correct horse"}
      """
    Then the status is 404
    And /detail is
      """
      "${email} not found"
      """
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "correct horse"}
      """
    And I POST /auth/login
      """
      {"email": "${email}", "password": "wrong"}
      """
    Then the status is 401
    And /detail is
      """
      "${email} failed to log in"
      """
    When I log in 18 times as ${email} with a wrong password
    And I POST /auth/login
      """
      {"email": "${email}", "password": "correct horse"}
      """
    Then the status is 429
    And the header Retry-After is <matches [0-9]+>

  Scenario: A new password by a token that is mailed
    Given no credential
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "correct horse"}
      """
    And I POST /auth/login
      """
      {"email": "${email}", "password": "correct horse"}
      """
    Then I keep /refresh_token as old
    When I POST /auth/reset
      """
      {"email": "${email}"}
      """
    Then the status is 202
    And the body is
      """
      {"email": "${email}"}
      """
    And within 300 seconds ${email} gets a mail with a token, kept as token
    # Without a proof nothing is set.
    When I POST /auth/reset
      """
      {"email": "${email}", "password": "a new password"}
      """
    Then the status is 400
    And /detail is
      """
      "'token' is a required property"
      """
    When I POST /auth/reset
      """
      {"email": "${email}", "password": "a new password", "token": "${token}"}
      """
    Then the status is 200
    And the body is
      """
      {"email": "${email}"}
      """
    When I POST /auth/reset
      """
      {"email": "${email}", "password": "yet another one", "token": "${token}"}
      """
    Then the status is 400
    When I POST /auth/refresh
      """
      {"refresh_token": "${old}"}
      """
    Then the status is 401
    When I POST /auth/login
      """
      {"email": "${email}", "password": "a new password"}
      """
    Then the status is 200

  Scenario: A customer who is known already gets an account by mail, and others hear the same
    When I POST /customers
      """
      {"email": "${email}"}
      """
    Given no credential
    When I POST /auth/reset
      """
      {"email": "${email}"}
      """
    Then the status is 202
    And within 300 seconds ${email} gets a mail with a token, kept as token
    When I POST /auth/reset
      """
      {"email": "${email}", "password": "a first password", "token": "${token}"}
      """
    Then the status is 200
    When I POST /auth/reset
      """
      {"email": "nobody-${email}"}
      """
    Then the status is 202
    And the body is
      """
      {"email": "nobody-${email}"}
      """

  Scenario: A mail that the mail server cannot take is sent when it can
    Given no credential
    And the mail server is away
    When I POST /auth/signup
      """
      {"email": "${email}", "password": "correct horse"}
      """
    And I POST /auth/reset
      """
      {"email": "${email}"}
      """
    Then the status is 202
    And within 300 seconds the mail is put off
    When the mail server is back
    Then within 300 seconds ${email} gets a mail with a token, kept as token

  Scenario: Home leads to the documentation
    Given no credential
    When I GET /
    Then the status is 307
    And the header Location is /docs

  Scenario: The documentation
    Given no credential
    When I GET /api/ui/
    Then the status is 200
