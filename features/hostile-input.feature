Feature: What others wrote
  An auditor opens ledgers, proofs and policies that come from people whom nobody need trust. Whatever stands in them, it
  is read within bounds or refused in words; it steers no terminal, and no spreadsheet reckons with it.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario Outline: Words that would steer a terminal
    Given into the file, over "joint launch", somebody wrote what clears a screen
    When I run the program: <question>
    Then the answer says: launch
    And nothing in the answer steers my terminal

    Examples:
      | question                         |
      | log acme-globex --format table   |
      | log acme-globex --format json    |
      | log acme-globex --format csv     |
      | show acme-globex --format json   |

  Scenario: Words that a spreadsheet would reckon with
    Given I typed: update acme-globex "=1+1" --by Acme --note "=HYPERLINK(A1)"
    When I type: log acme-globex --format csv
    Then the answer says: ,'=HYPERLINK(A1),

  Scenario: A policy whose names never end
    Given a file "mine.toml" in which a name has 100000 parts
    When I type: policy check mine.toml
    Then it is not understood: this is not TOML that pledger reads: a name has too many parts
    And the advice is: find what makes it so, and mend it

  Scenario: A policy that is a pipe into which nobody writes
    Given a pipe "mine.toml"
    When I type: policy check mine.toml
    Then it is not understood: name is missing
    And the advice is: add name (what people call the policy)

  Scenario: Settings behind which there is no file
    Given my settings are a pipe
    When I type: config me p-jane
    Then it is not understood: the settings are no file
    And the advice is: name a file with PLEDGER_CONFIG

  @file
  Scenario: A ledger that is a pipe
    Given a pipe "ledger.fifo"
    When I type: --ledger ledger.fifo log
    Then the ledger cannot be used: it is a pipe or a device
    And the advice is: name a file with --ledger

  Scenario: A ledger whose time zone is a path
    Given into the file, as the ledger's time zone, somebody wrote "../etc/passwd"
    When I run the program: show acme-globex
    Then the ledger is damaged: '../etc/passwd' is not a time zone that is known here
    And the advice is: install the newest tzdata; where it is no time zone at all, restore the ledger from a backup that was taken before the damage
