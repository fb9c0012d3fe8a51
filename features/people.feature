Feature: People, and forgetting them
  The ledger remembers what happened for ever, and who did it by an id alone. Names and addresses stand beside it, where
  they serve whoever reads, and from where they can be erased without a trace while everything recorded still holds.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex
    And I typed: manager appoint acme-globex p-17 --by Acme
    And I typed: people add p-17 --name "Ottoline Zweig" --address zweig@acme.example

  Scenario: Somebody gets a name
    When I run the program: people add p-18 --name "Kit Vane"
    Then the answer says: added Kit Vane (p-18)
    When I run the program: people list
    Then the answer says: p-18	Kit Vane
    And the answer says: p-17	Ottoline Zweig	zweig@acme.example

  Scenario: Whoever reads a table sees names
    When I type: show acme-globex --format table
    Then the answer says: relationship managers: Ottoline Zweig (p-17) for Acme
    When I type: log acme-globex --format table
    Then the answer says: Acme named Ottoline Zweig
    When I type: history acme-globex --format table
    Then the answer says: Acme named Ottoline Zweig (p-17) relationship manager

  Scenario: Whoever asks why sees names
    When I type: explain acme-globex --format table
    Then the answer says: Acme named Ottoline Zweig (p-17)
    When I type: diff acme-globex --known-at 2026-03-01 --format table
    Then the answer says: Acme named Ottoline Zweig (p-17)

  Scenario: What is written for programs holds ids alone
    When I type: log acme-globex --format csv
    Then the answer says: Acme named p-17 relationship manager
    And the name is in no answer to: show; log; history; explain; log --format json; show --format json; facts
    And the name is in no file but the ledger itself

  Scenario: Who has no name yet
    Given I typed: rate acme-globex 7 --of Globex --person p-18
    When I type: people list --missing
    Then the answer says: p-18
    And p-17 is not among them

  Scenario: An auditor finds everything as it was after somebody was forgotten
    Given I noted every score, and signed what there is
    When I run the program: people forget p-17 --yes
    Then the answer says: forgot p-17: name and address are erased
    And verify still passes with what was signed
    And every score is as I noted it
    And the name is in no file at all

  Scenario: After forgetting, the id stands alone
    Given I typed: people forget p-17 --yes
    When I type: show acme-globex --format table
    Then the answer says: relationship managers: p-17 for Acme
    When I type: people list --missing
    Then the answer says: p-17

  Scenario: What forgetting cannot reach is told
    Given I typed: meet acme-globex --note "ottoline zweig was late"
    When I type: people forget p-17 --yes
    Then the answer says: not erased: the words of entry 4 tell it, and the log is never changed
    And the answer says: In each copy that you keep, forget it too: pledger --ledger COPY people forget p-17

  Scenario: Nobody is forgotten by a slip
    When I type: people forget p-17
    Then it is not understood: nobody can be asked whether to forget p-17
    And the advice is: if that is meant, add --yes

  Scenario: Forgetting whom nobody knows
    When I type: people forget p-71 --yes
    Then the answer says: there is nobody with the id p-71 (did you mean p-17?)
    When I type: people list
    Then the answer says: Ottoline Zweig

  Scenario: A name is corrected, and nothing of the old one is left
    When I run the program: people change p-17 --name "Kit Vane"
    Then the answer says: changed Kit Vane (p-17), zweig@acme.example
    When I type: people change p-17 --no-address
    Then the name is in no file at all

  Scenario: Correcting whom nobody knows
    When I type: people change p-18 --name "Kit Vane"
    Then it is refused: there is nobody with the id p-18
    And the advice is: did you mean p-17? see: pledger people list

  Scenario: An id is for one person
    When I type: people add p-17 --name "Kit Vane"
    Then it is refused: there is somebody with the id p-17 already
    And the advice is: give another id, or correct what is there: pledger people change p-17 --name ...

  Scenario: A name is no id
    When I type: people add "Kit Vane" --name "Kit Vane"
    Then it is not understood: 'Kit Vane' cannot be the id of a person
    And the advice is: use small letters, digits and hyphens that do not tell the name, like p-17

  Scenario: An id that tells the name is warned of
    When I type: people add kit-v --name "Kit Vane"
    Then the answer says: note: the id kit-v tells part of the name, and would stay in the log after forgetting

  Scenario: Somebody without a name
    When I type: people add p-18 --name " "
    Then it is not understood: the name is empty
    And the advice is: tell the name in one line of letters

  @file
  Scenario: Another program that reads keeps what it reads
    Given another program is reading the ledger
    When I type: people forget p-17 --yes
    Then the ledger cannot be used: it is out of the register, but not out of the file: another program is reading it
    And the advice is: let it finish or close it, then erase what is left: pledger people forget p-17
    When the other program has finished
    And I type: people forget p-17
    Then the name is in no file at all
