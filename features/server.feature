@server
Feature: One ledger for many, on a server
  A team that works from several machines keeps its ledger in a PostgreSQL database. Everything is as with a file; what each
  of them may do there, the database's own roles say.

  Background:
    Given today is Monday, 2026-03-02

  Scenario: A ledger is made once, and used by everybody
    When I run the program: init --name Alliances --time-zone Europe/Berlin
    Then the answer says: made the ledger 'Alliances' in postgresql://
    When I type: init --name Partners
    Then it is refused: there is a ledger already, 'Alliances', with the days of Europe/Berlin
    And the advice is: use it as it is, or name another place: pledger --ledger PATH init

  Scenario: Nothing was made there yet
    When I run the program: meet acme-globex
    Then the ledger cannot be used: there is no ledger in it yet
    And the advice is: name another with --ledger, or make a ledger there with: pledger init

  Scenario: The server does not answer
    Given the URL names a server that does not run
    When I run the program: show acme-globex
    Then the ledger cannot be used: the server does not answer: no such socket
    And the advice is: see that it runs and that --ledger names it as it is, then do it again

  Scenario: The server goes away while something is recorded, and stays away
    Given the partnership acme-globex of Acme and Globex
    And the server goes away as soon as something was sent to it
    When I type: meet acme-globex
    Then the ledger cannot be used: the server went away while it recorded; whether it did is not known
    And the advice is: when it answers again, see `pledger log` before you tell it again; an import may be repeated

  Scenario: Another program writes for longer than anybody wants to wait
    Given the partnership acme-globex of Acme and Globex
    And another program has been writing there for long
    When I type: meet acme-globex
    Then the ledger cannot be used: canceling statement due to lock timeout
    And the advice is: another program has been writing for long: try again when it has finished
    And once it has finished, I can type: meet acme-globex

  Scenario: What talks to a server is not installed
    Given psycopg is not installed
    When I type: init --name Alliances
    Then the ledger cannot be used: a ledger on a server needs psycopg, which is not installed
    And the advice is: install it with: pip install 'pledger[postgres]'

  Scenario: A database that is not there
    Given the URL names the database "alliances", which was never made
    When I type: init --name Alliances
    Then the ledger cannot be used: database "alliances" does not exist
    And the advice is: make the database first (createdb), then the ledger in it: pledger init

  Scenario: A URL that cannot be understood
    When I type: --ledger postgresql://localhost/x?colour=red init
    Then it is not understood: the URL cannot be understood: invalid URI query parameter: "colour"
    And the advice is: write it as postgresql://USER@HOST:PORT/DATABASE

  Scenario: Who may only read can ask everything, and record nothing
    Given the partnership acme-globex of Acme and Globex
    And I may only read there
    Then I can ask: show acme-globex; log acme-globex; portfolio; replay; verify; commitments
    When I type: meet acme-globex
    Then the ledger cannot be used: permission denied for table stored_events
    And the advice is: ask who keeps the server for the right: SELECT to ask, INSERT as well to record

  Scenario: Who may only append cannot change the register of people
    Given the partnership acme-globex of Acme and Globex
    And I may only append there
    When I type: people add p-17 --name "Jane Doe"
    Then the ledger cannot be used: you may not change the register of people
    And the advice is: ask who keeps the server for SELECT, INSERT, DELETE and TRUNCATE on the table pledger_people

  Scenario: Who may only append can record, and change nothing
    Given the partnership acme-globex of Acme and Globex
    And I may only append there
    When I type: commit acme-globex "Send the brand guide" --by Acme
    Then the answer says: recorded entry
    And nothing that is stored can I change or delete

  Scenario: A password is never shown
    Given the URL tells a password, sesame
    When I type: init --name Alliances
    Then the answer says: made the ledger 'Alliances'
    And nobody can read there: sesame
