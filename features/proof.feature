Feature: Proof
  An auditor need not trust whoever keeps the ledger: what was signed once cannot be altered unnoticed, and a single entry
  can be proven without giving away the others.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex
    And I typed: keys new audit

  Scenario: Nothing was altered
    When I run the program: verify
    Then the answer says: entries   2 in 1 partnership
    And the answer says: every entry is whole and holds; that none was altered or taken out, only a checkpoint can tell

  Scenario: A pair of keys for the ledger
    When I run the program: keys new second
    Then the answer says: pledger/alliances/
    When I run the program: keys show second
    Then the answer says: pledger/alliances/
    When I run the program: keys list
    Then the answer says: audit   pledger/alliances/

  Scenario: A key is never overwritten
    When I type: keys new audit
    Then it is not understood: there is a key already
    And the advice is: give another name; a key is never overwritten

  Scenario: A key that there is not
    When I type: checkpoint --key audti
    Then it is not understood: there is no key 'audti'
    And the advice is: did you mean audit? the keys are: audit

  Scenario: The ledger still holds what was signed
    When I run the program: checkpoint -o monday.checkpoint
    And I type: verify --checkpoint monday.checkpoint
    Then the answer says: every entry is as it was signed, and none is missing
    When I type: meet acme-globex
    And I type: verify --checkpoint monday.checkpoint
    Then the answer says: monday.checkpoint, 2 entries: holds
    And the answer says: entries 1 to 2 are as they were signed, and none is missing; those after them are whole and hold

  Scenario: A damaged entry is named
    Given I typed: checkpoint -o monday.checkpoint
    And the stored state of entry 2 was overwritten with: {}
    When I type: verify --checkpoint monday.checkpoint
    Then the ledger is damaged: the stored bytes cannot be read: 'fact_version' is missing (and 1 more finding)
    And the advice is: restore the ledger from a backup that was taken before the damage

  Scenario: A careful change that only the signature tells
    Given I typed: checkpoint -o monday.checkpoint
    And in entry 2 somebody wrote "joint lunches" over "joint launch"
    When I type: verify --checkpoint monday.checkpoint
    Then a finding says: the first 2 entries are not those that monday.checkpoint signs
    When I type: checkpoint
    Then a finding says: the first 2 entries are not those that

  @file
  Scenario: Entries that were cut off
    Given I typed: meet acme-globex
    And I typed: checkpoint -o monday.checkpoint
    And entry 3 was deleted
    When I type: verify --checkpoint monday.checkpoint
    Then a finding says: the log is cut off: entry 3 is missing

  Scenario: An entry that is missing in the middle
    Given I typed: meet acme-globex
    And I typed: meet acme-globex
    And entry 3 was deleted
    When I type: show acme-globex
    Then the ledger is damaged: the database is damaged: the entries of acme-globex are not told one after another
    And the advice is: see what is wrong with: pledger verify; then restore it from a backup

  Scenario: One entry is proven without the ledger
    When I run the program: prove 2 -o entry-2.proof
    And I run the program: --ledger nowhere check-proof entry-2.proof
    Then the answer says: holds      entry 2 of the 2 entries of pledger/alliances/
    And the answer says: Acme and Globex became partners: joint launch

  Scenario: A proof of something else does not hold
    Given I typed: prove 2 -o entry-2.proof
    And in the file "entry-2.proof" somebody wrote "index 0" over "index 1"
    When I type: check-proof entry-2.proof
    Then a finding says: the entry and its proof lead to
    And the advice is: do not rely on it: ask for the proof again, and for the ledger it was made from

  Scenario: A proof that the ledger only grew
    Given I typed: checkpoint -o monday.checkpoint
    And I typed: meet acme-globex
    When I run the program: prove --since monday.checkpoint -o grown.proof
    And I type: check-proof grown.proof --since monday.checkpoint
    Then the answer says: begin with the 2 of monday.checkpoint

  Scenario: Everything an auditor needs
    When I run the program: audit-pack acme-globex -o acme-globex.zip
    Then the answer says: packed 1 entry into acme-globex.zip
    When I type: audit-pack --all -o everything.zip
    Then the answer says: packed 2 entries into everything.zip
