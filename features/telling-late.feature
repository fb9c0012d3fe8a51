Feature: Telling things late
  Telling things late is normal, and every entry keeps two clocks: when it happened, and when the ledger learned it. What
  stands must stay true: what would contradict it is refused, naming the entries in the way.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: Opened today, with the meetings of last year told afterwards
    When I type: meet acme-globex --on 2025-05-12
    Then it is recorded: Everybody met; it went well
    And the answer says: when: Mon 2025-05-12
    When I type: meet acme-globex --on 2025-03-10 --went fairly
    Then it is recorded: Everybody met; it went fairly
    And the answer says: when: Mon 2025-03-10

  Scenario: The search for the partner, told after it was found
    When I type: prospect acme-globex "a distributor" --by Acme --on 2026-01-15
    Then it is recorded: Acme looked for a partner: a distributor

  Scenario: Nobody looks for the partner that is found
    When I type: prospect acme-globex "a distributor" --by Acme
    Then it is refused: acme-globex is open already, since 2026-03-02
    And the advice is: if a partner was looked for before that, say when, with --on

  Scenario: Both clocks are kept
    Given I typed: meet acme-globex --on 2025-05-12
    When I type: log acme-globex --format tsv
    Then the answer says: 2025-05-11T22:00:00+00:00
    And the answer says: 2026-03-02T09:03:00+00:00

  Scenario: A meeting from before the end, told after it
    Given on 2026-06-30 somebody typed: end acme-globex --reason completed
    And 2026-07-06 has come
    When I type: meet acme-globex --on 2026-06-15
    Then it is recorded: Everybody met; it went well

  Scenario: A delivery from before the end, told too late, and what to do then
    Given Acme promised Globex "Send the brand guide" by 2026-09-01
    And on 2026-06-30 somebody typed: end acme-globex --reason completed
    When I type: deliver acme-globex brand --on 2026-06-15
    Then it is refused: what was recorded later would no longer hold: entry 4 (partnership-ended, 2026-06-30): it would change: open commitments, not yet late, that the end closes
    And the advice is: retract what stands in the way (pledger retract acme-globex 4 --why ... --cascade), record this, then record again: partnership-ended

  Scenario: Doing so
    Given Acme promised Globex "Send the brand guide" by 2026-09-01
    And on 2026-06-30 somebody typed: end acme-globex --reason completed
    And I typed: retract acme-globex 4 --why "a delivery was told late" --cascade
    And I typed: deliver acme-globex brand --on 2026-06-15
    When I type: end acme-globex --reason completed --on 2026-06-30
    Then it is recorded: The partnership ended: completed
    And the open promises are: none

  Scenario: Something told before it could be
    Given on 2026-04-10 somebody typed: commit acme-globex "Send the brand guide" --by Acme
    When I type: deliver acme-globex brand --on 2026-04-01
    Then it is refused: there is no open commitment 'send-the-brand-guide'
    And the advice is: 'send-the-brand-guide' was there only from 2026-04-10 (entry 3): say a later --on

  Scenario: A party acts only while it belongs to the partnership
    Given on 2026-04-01 somebody typed: join acme-globex Initech
    And on 2026-05-01 somebody typed: leave acme-globex Initech
    When I type: update acme-globex "Figures" --by Initech
    Then it is refused: Initech has left
    And the advice is: the parties at that time: Acme, Globex
    When I type: update acme-globex "Figures" --by Initech --on 2026-04-15
    Then it is recorded: Initech shared “Figures”

  Scenario: Leaving earlier than what the party did afterwards
    Given on 2026-04-01 somebody typed: join acme-globex Initech
    And on 2026-05-01 somebody typed: update acme-globex "Figures" --by Initech
    When I type: leave acme-globex Initech --on 2026-04-15
    Then it is refused: what was recorded later would no longer hold: entry 4 (update-shared, 2026-05-01): Initech has left
    And the advice is: retract what stands in the way (pledger retract acme-globex 4 --why ... --cascade), record this, then record again: update-shared

  Scenario: Nothing was open yet on that day
    Given on 2026-04-10 somebody typed: commit acme-globex "Send the brand guide" --by Acme
    When I type: deliver acme-globex --on 2026-04-01
    Then it is refused: there is no open commitment 'send-the-brand-guide'
    And the advice is: 'send-the-brand-guide' was there only from 2026-04-10 (entry 3): say a later --on

  Scenario: Nothing occurs in the future
    When I type: meet acme-globex --on tomorrow
    Then it is refused: 2026-03-03 00:00 lies in the future (now is 2026-03-02 10:03)
    And the advice is: record it when it has happened; a promise for later is a commitment with a due date
