Feature: When things go wrong underneath
  Programs are killed, servers go away and disks fill up. What pledger has said is recorded stays recorded, nothing is
  there in part, and it says what to do now.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A program that was killed
    Given a program recorded meetings, one after another, until it was killed
    When I run the program: verify
    Then the answer says: every entry is whole and holds
    And every meeting that it told is in the log
    When I type: meet acme-globex
    Then it is recorded: Everybody met; it went well

  @server
  Scenario: The server goes away in the middle of an import
    Given the server goes away when half of a table is recorded
    When I type: import csv table.csv --mapping promises.toml
    Then the import ends in storage trouble
    And the advice is: wait until the server runs again, then do it again
    When I type: import csv table.csv --mapping promises.toml --format table
    Then the answer says: already recorded
    And each of the 40 promises is in the log once

  @file
  Scenario: A disk that is full
    Given the disk is full when half of a table is recorded
    When I type: import csv table.csv --mapping promises.toml
    Then the import ends in storage trouble
    And the advice is: free some space on the disk, then do it again; what failed was not recorded
    When I type: import csv table.csv --mapping promises.toml --format table
    Then the answer says: already recorded
    And each of the 40 promises is in the log once

  Scenario: An entry that is not where it should be
    Given the stored originator_version of entry 2 was overwritten with: 7
    When I type: log acme-globex
    Then the ledger is damaged: the database is damaged: the entries of acme-globex are not told one after another
    And the advice is: see what is wrong with: pledger verify; then restore it from a backup
