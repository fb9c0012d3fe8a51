Feature: Keeping the ledger
  A ledger outlives machines and mistakes: it is kept in a backup while others go on recording, comes back exactly as it
  was, and a check-up says what needs doing.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A backup is a ledger in itself
    When I run the program: backup monday.backup
    Then the answer says: entries   2, equal to those of the ledger
    And the answer says: next: keep it elsewhere; pledger --ledger monday.backup verify checks it at any time
    When I type: --ledger monday.backup verify
    Then the answer says: every entry is whole and holds

  Scenario: A backup tells that it holds the names of people
    Given I typed: people add p-17 --name "Ottoline Zweig"
    When I type: backup monday.backup
    Then the answer says: people    their names are in it, too: keep it from those who may not read them

  Scenario: A backup is not written over by mistake
    Given I typed: backup monday.backup
    When I type: backup monday.backup
    Then it is refused: there is a file already
    And the advice is: name another, or add --replace to write over this one
    When I type: backup monday.backup --replace
    Then the answer says: backup    monday.backup

  @file
  Scenario: A backup never takes the ledger's own place
    When I type: backup ledger.sqlite --replace
    Then it is not understood: that is the ledger itself
    And the advice is: name another file for the backup

  Scenario: The ledger comes back where there is none any more
    Given I typed: backup monday.backup
    And the ledger is gone
    When I run the program: restore monday.backup
    Then the answer says: restored  Alliances from monday.backup
    And the log is as it was kept

  Scenario: A ledger that is there stays
    Given I typed: backup monday.backup
    And I typed: meet acme-globex
    When I type: restore monday.backup
    Then it is refused: there is a ledger already, 'Alliances' of 3 entries, and the backup lacks 1 of them
    And the advice is: name another place with --ledger, or put it aside: pledger restore monday.backup --replace

  @file
  Scenario: What is replaced is kept aside
    Given I typed: backup monday.backup
    And I typed: meet acme-globex
    When I type: restore monday.backup --replace
    Then the answer says: 1 entry that the backup does not hold: only there now
    And the log is as it was kept
    When I type: --ledger ledger.sqlite.replaced-1 verify
    Then the answer says: entries   3 in 1 partnership

  @server
  Scenario: What is replaced on a server is kept in a table beside
    Given I typed: backup monday.backup
    And I typed: meet acme-globex
    When I type: restore monday.backup --replace
    Then the answer says: what was there is in the table stored_events_replaced_1 of postgresql://
    And the answer says: 1 entry that the backup does not hold: only there now
    And the log is as it was kept

  Scenario: A ledger moves to a file, wherever it was kept
    Given I typed: keys new audit
    And I typed: checkpoint -o monday.checkpoint
    And I typed: backup monday.backup
    When I type: --ledger moved.sqlite restore monday.backup --checkpoint monday.checkpoint
    Then the answer says: signed    monday.checkpoint: holds

  Scenario: The people come back, too
    Given I typed: people add p-jane --name "Jane Doe"
    And I typed: backup monday.backup
    And I typed: people forget p-jane --yes
    When I type: restore monday.backup --replace
    And I type: people list
    Then the answer says: Jane Doe

  @file
  Scenario: A damaged ledger is replaced
    Given I typed: backup monday.backup
    And the end of the ledger's file was lost
    When I type: restore monday.backup --replace
    Then the answer says: what was there is in
    And the log is as it was kept

  Scenario: A backup that somebody altered is not restored
    Given I typed: backup monday.backup
    And in the backup "monday.backup" somebody wrote "X" over the topic of entry 2
    When I type: restore monday.backup --replace
    Then the ledger is damaged: the stored fact 'X' is unknown
    And the advice is: restore the ledger from a backup that was taken before the damage
    And 0 entries are recorded

  Scenario: A change in a backup that the rules would admit
    Given I typed: backup monday.backup
    And in the backup "monday.backup" somebody wrote "joint lunches" over "joint launch" in entry 2
    When I type: restore monday.backup --replace
    Then the ledger is damaged: its first 2 entries are not those with which it was written
    And the advice is: take another copy of this backup, or another backup

  Scenario: A backup must hold what was signed
    Given I typed: keys new audit
    And I typed: backup monday.backup
    And I typed: meet acme-globex
    And I typed: checkpoint -o later.checkpoint
    When I type: restore monday.backup --replace --checkpoint later.checkpoint
    Then the ledger is damaged: later.checkpoint signs 3 entries, and there are 2: 1 are missing, the last ones unless something is found before them
    And the advice is: keep both, and ask whoever keeps the ledger for it as it was signed

  Scenario: A file that is no backup
    Given a file "notes.txt" that says: We met on Monday, and it went well.
    When I type: restore notes.txt --replace
    Then the ledger is damaged: it is not a backup as pledger writes it: it is no SQLite file
    And the advice is: name a file that `pledger backup` wrote, or another copy of it

  Scenario: Another program's database is not kept
    Given a database "crm.sqlite" of another program
    When I type: --ledger crm.sqlite backup crm.backup
    Then the ledger cannot be used: there is no ledger in it
    And the advice is: name another with --ledger

  Scenario: Another program's database is never replaced
    Given a database "crm.sqlite" of another program
    And I typed: backup monday.backup
    When I type: --ledger crm.sqlite restore monday.backup --replace
    Then the ledger cannot be used: it holds something else than a ledger
    And the advice is: name another file with --ledger

  @file
  Scenario: An entry that cannot be kept is named
    Given the stored originator_version of entry 2 was overwritten with: two
    When I type: backup monday.backup
    Then the ledger is damaged: entry 2 has a column of another type than it must have
    And the advice is: restore the ledger from a backup that was taken before the damage

  Scenario: A check-up where all is well
    When I run the program: doctor
    Then the answer says: ok      entries     2 entries; the last one was recorded at
    And the answer says: next: pledger verify (every entry), pledger backup FILE

  Scenario: A check-up where there is no ledger
    When I type: --ledger nowhere.sqlite doctor
    Then the check-up finds, with exit code 4: there is no ledger yet
    And the check-up ends with: next: make one: pledger init (opening a partnership makes one, too), or name another with --ledger

  Scenario: A check-up of a damaged ledger
    Given the stored state of entry 1 was overwritten with: {}
    When I type: doctor
    Then the check-up finds, with exit code 3: the first entry does not open a ledger
    And the check-up ends with: next: see what else is wrong: pledger verify; then: pledger restore FILE --replace
