@file
Feature: Old ledgers
  A ledger outlives the program that wrote it. What an earlier version recorded is read, proven and continued by every
  later one, and not a byte of it is changed.

  Background:
    Given today is Monday, 2025-09-01
    And the ledger that pledger 0.1.0 wrote

  Scenario: An old ledger tells what it told
    When I run the program: show acme-globex --as-of 2025-05-31 --known-at 2025-05-31 --format tsv
    Then the answer says: acme-globex
    When I type: log acme-globex --format tsv
    Then the answer says: Acme promised Globex “Send the dealer list” by 2025-02-03

  Scenario: An old ledger is what was signed then
    When I type: verify --checkpoint first.checkpoint --checkpoint last.checkpoint
    Then the answer says: first.checkpoint, 34 entries: holds
    And the answer says: last.checkpoint, 77 entries: holds

  Scenario: A proof that was given away then
    When I type: check-proof entry-20.proof
    Then the answer says: holds      entry 20 of the 77 entries of pledger/kept/

  Scenario: An old ledger goes on
    When I type: deliver acme-globex autumn
    Then it is recorded: Acme kept “plan-the-autumn-campaign”, 80 days late
    When I type: verify --checkpoint last.checkpoint
    Then the answer says: last.checkpoint, 77 entries: holds

  Scenario: A fact whose form has changed since
    Given the meetings in it are told in a form that pledger has changed since
    When I type: log acme-globex --format tsv
    Then the answer says: Everybody met; it went fairly
    When I type: verify
    Then the answer says: every entry is whole and holds

  Scenario: What is told anew is kept in the new form, and the old as it was
    Given the meetings in it are told in a form that pledger has changed since
    When I type: meet acme-globex
    Then it is recorded: Everybody met; it went well
    And entry 9 is kept in version 1 of its form
    And entry 78 is kept in version 2 of its form

  Scenario: An old fact is put right
    Given the meetings in it are told in a form that pledger has changed since
    When I type: amend 9 --went poorly --why "they quarrelled"
    Then it is amended: Acme and Globex met; it went poorly: kick-off
    And entry 9 is kept in version 1 of its form
    And entry 79 is kept in version 2 of its form
