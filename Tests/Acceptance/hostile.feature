Feature: Hostile input
  Whatever is sent, the answer is a clear refusal or a closed connection; memory is bounded, and nothing is half-written.

  Background:
    Given I am logged in as the admin
    And I note the gateway's memory and its customers

  Scenario Outline: Bodies over the limit
    When I POST <path> as <type> with a body of 100 MB <manner>
    Then it is refused with 413, or the connection closed
    And the gateway's memory has grown by less than 32 MB
    And there are as many customers as before

    Examples:
      | path           | type                              | manner    |
      | /api/customers | application/json                  | at once   |
      | /api/customers | application/json                  | in chunks |
      | /api/mailouts  | application/json                  | in chunks |
      | /auth/token    | application/x-www-form-urlencoded | at once   |
      | /auth/token    | application/x-www-form-urlencoded | in chunks |

  Scenario Outline: An import of any length is read as it comes, and what is no customer is no customer
    When I POST /api/customers/import as <type> with a body of 100 MB <manner>
    Then it is refused with 200 400 413 422, or the connection closed
    And the gateway's memory has grown by less than 64 MB
    And there are as many customers as before

    Examples:
      | type                 | manner    |
      | text/csv             | at once   |
      | application/x-ndjson | in chunks |
      | application/json     | in chunks |

  Scenario: Without a credential no body is read at all
    Given no credential
    When I POST /api/customers/import as text/csv with a body of 100 MB in chunks
    Then it is refused with 401, or the connection closed

  Scenario: Headers that never end
    When 300 clients send their header one byte at a time
    Then others are served meanwhile
    And the gateway's memory has grown by less than 64 MB

  Scenario: Bodies that never end
    When 200 clients send half of a body and stop
    Then others are served meanwhile
    And each of them is refused with 408, or closed, within 300 seconds
    And there are as many customers as before

  Scenario: Thousands who only connect
    When 3000 clients connect and say nothing
    Then others are served meanwhile
    And the gateway's memory has grown by less than 160 MB

  Scenario Outline: JSON without a bottom
    When I send JSON that is <depth> deep in <what>
    Then it is refused with 400, or the connection closed
    And there are as many customers as before

    Examples:
      | depth  | what    |
      | 1000   | arrays  |
      | 1000   | objects |
      | 200000 | arrays  |
      | 200000 | objects |

  Scenario Outline: Floods of headers
    When I send <count> headers of <length> bytes
    Then it is refused with 400 431, or the connection closed
    And others are served meanwhile

    Examples:
      | count | length |
      | 1000  | 10     |
      | 10    | 20000  |
      | 1     | 200000 |

  Scenario Outline: Floods of query parameters
    When I ask for <count> query parameters
    Then it is refused with 400 414 422 431, or the connection closed
    And others are served meanwhile

    Examples:
      | count |
      | 101   |
      | 200   |
      | 250   |
      | 300   |
      | 5000  |

  Scenario Outline: Paths that lead elsewhere
    When I ask for the raw target <target>
    Then it is refused with 400 404, or the connection closed
    And nothing of the machine is in the answer

    Examples:
      | target                               |
      | /../../../../etc/passwd              |
      | /docs/../../../../etc/passwd         |
      | /docs/%2e%2e/%2e%2e/etc/passwd       |
      | /docs/..%2f..%2f..%2fetc/passwd      |
      | /docs/swagger-ui.css/../../secrets   |
      | //etc/passwd                         |
      | /docs/%00                            |
      | /docs/%c0%ae%c0%ae/etc/passwd        |
      | /docs/..\..\etc\passwd               |
      | /api/customers/1%00                  |
      | /api/customers/%ff                   |
      | /api/customers/99999999999999999999  |
      | /api/customers/-1                    |
      | /api/customers/1/tags/../../../x     |

  Scenario Outline: Bytes that are no text
    When I send the bytes <bytes> as <type> to <path>
    Then it is refused with 400 415 422, or the connection closed
    And there are as many customers as before

    Examples:
      | bytes                                    | type                              | path                  |
      | {"phone": "79161234567\xff"}             | application/json                  | /api/customers        |
      | {"phone": "79161234567", "email": "\x00"} | application/json                 | /api/customers        |
      | {"phone": "79161234567", "first_name": "\\u0000"} | application/json         | /api/customers        |
      | {"phone": "79161234567", "first_name": "\\ud800"} | application/json         | /api/customers        |
      | \xef\xbb\xbf{"phone": "79161234567"}     | application/json                  | /api/customers        |
      | {"phone": "79161234567"}                 | application/json; charset=utf-16  | /api/customers        |
      | username=%ff&password=a                  | application/x-www-form-urlencoded | /auth/token           |
      | username=%00&password=a                  | application/x-www-form-urlencoded | /auth/token           |
      | username=a%0&password=a                  | application/x-www-form-urlencoded | /auth/token           |
      | \x1f\x8b\x08\x00                         | application/json                  | /api/customers        |
      | \x00\x01\x02                             | text/csv                          | /api/customers/import |

  Scenario Outline: Headers that are no text
    When I send the header bytes <bytes>
    Then it is refused with 200 400 413 422, or the connection closed
    And others are served meanwhile

    Examples:
      | bytes                          |
      | X-Nothing: a\x00b              |
      | Idempotency-Key: \xff          |
      | X-Request-Id: \x1b[31mred      |
      | If-None-Match: \xff\xfe        |
      | : nothing                      |
      | Content-Length: -1             |
      | Content-Length: 99999999999999999999 |
      | Transfer-Encoding: gzip        |

  Scenario: Bodies of every wrong shape
    Then no operation answers a body of a wrong shape with a failure of its own
    And there are as many customers as before

  Scenario: Text that is code elsewhere
    Then text that is code elsewhere is only text

  Scenario: SQL in every field
    Then SQL in every field of every operation is only text
    And every list can still be read

  Scenario: Phones in the world's digits
    Then a phone in whatever letters is stored in plain digits, or refused by its name

  Scenario Outline: What is small on the way, or says the same again and again
    When somebody posts <what>
    Then it is refused, or nothing comes of it
    And the gateway's memory has grown by less than 48 MB
    And there are as many customers as before
    And others are served meanwhile

    Examples:
      | what                          |
      | 64 MB of nothing, packed      |
      | a customer of nothing, packed |
      | the same tag 50,000 times     |
      | 50,000 attributes             |
      | the same member 50,000 times  |
      | a text of 200,000 escapes     |
      | 300 placeholders              |
      | 20,000 opening braces         |
      | a header of 20,000 columns    |
      | 20,000 times the same quote   |
      | 2,000,000 empty lines         |

  Scenario: Traps in CSV
    Then an import with a trap in its quotes, lines or columns goes in as it reads, or is refused by the line
    And no cell of an export is a formula to a sheet, and all of it can be imported again
