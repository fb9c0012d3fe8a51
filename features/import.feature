Feature: Import a table
  Many relationship managers have kept their partners' promises in a spreadsheet for years. A mapping says once what its
  rows mean; then the table can be imported as often as it changes.

  Background:
    Given a ledger whose days are those of Berlin, on 2026-06-01
    And a mapping for promises with the columns No, Partner, What, Made, Due and Done

  Scenario: Rows become facts, in the order in which they happened
    Given the table
      | No | Partner | What             | Made       | Due        | Done       |
      | 2  | Globex  | Three references | 2026-02-01 | 2026-03-01 |            |
      | 1  | Globex  | Brand guide      | 2026-01-10 | 2026-02-01 | 2026-01-30 |
    When I import it
    Then all is well
    And the ledger tells of globex
      | partnership-opened   | 2026-01-10 |
      | commitment-made      | 2026-01-10 |
      | commitment-delivered | 2026-01-30 |
      | commitment-made      | 2026-02-01 |

  Scenario: The same table again records nothing
    Given I imported the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |      |
    When I import it
    Then all is well
    And nothing is recorded by it
    And 1 row is already recorded

  Scenario: Only what is new in a table is recorded
    Given I imported the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |      |
    And the table has changed to
      | No | Partner | What        | Made       | Due        | Done       |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 | 2026-01-30 |
      | 2  | Initech | Test data   | 2026-02-10 |            |            |
    When I import it
    Then all is well
    And 3 facts are recorded by it

  Scenario: A due date that changed is told, and recorded by whoever knows
    Given I imported the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-07-01 |      |
    And the table has changed to
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-08-15 |      |
    When I import it
    Then it ends with 1 of 1 rows has changed since they were recorded
    And nothing is recorded by it
    And line 2 has changed: due is 2026-07-01 there, 2026-08-15 now
    When I type the command that it shows
    And I import it
    Then all is well
    And nothing is recorded by it

  Scenario: What happened after a change waits until the change is recorded
    Given I imported the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |      |
    And the table has changed to
      | No | Partner | What        | Made       | Due        | Done       |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-03-01 | 2026-02-20 |
    When I import it
    Then it ends with 1 of 1 rows has changed since they were recorded
    And nothing is recorded by it
    When I type the command that it shows, with --on 2026-01-20
    And I import it
    Then all is well
    And the ledger tells of globex
      | partnership-opened      | 2026-01-10 |
      | commitment-made         | 2026-01-10 |
      | commitment-renegotiated | 2026-01-20 |
      | commitment-delivered    | 2026-02-20 |

  Scenario: A bad row is told, and the good ones are recorded
    Given the table
      | No | Partner | What        | Made       | Due        | Done       |
      | 1  | Globex  | Brand guide | 2026-01-10 | 1 February |            |
      | 2  | Globex  |             | 2026-01-10 | 2026-02-01 |            |
      | 3  | Globex  | Test data   | 2026-01-10 | 2026-01-05 |            |
      | 4  | Globex  | References  | 2026-01-10 | 2026-02-01 | 2026-01-09 |
      | 5  | Initech | Price list  | 2026-01-10 | 2026-02-01 |            |
    When I import it
    Then it ends with 4 of 5 rows are bad
    And these rows are bad
      | 2 | Due  | 1 February | is not a date in the form %Y-%m-%d                                         |
      | 3 | What |            | has no value, and what is made from it                                     |
      | 4 |      |            | it would be due on 2026-01-05, before the day it occurs (2026-01-10)        |
      | 5 |      |            | there is no open commitment '4'; the row tells its commitment-delivered of 2026-01-09 before its commitment-made of 2026-01-10 |
    And 2 facts are recorded by it

  Scenario: All or nothing
    Given the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 1 February |      |
      | 2  | Initech | Price list  | 2026-01-10 | 2026-02-01 |      |
    When I import it with --strict
    Then it ends with 1 of 2 rows is bad, so nothing was recorded
    And nothing is recorded by it
    And 1 row is held back

  Scenario: See first what would be recorded
    Given the table
      | No | Partner | What        | Made       | Due        | Done       |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 | 2026-01-30 |
    When I import it with --dry-run
    Then all is well
    And 3 facts would be recorded
    And nothing is recorded by it

  Scenario: A dry run makes no ledger
    Given there is no ledger yet
    And the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |      |
    When I import it with --dry-run
    Then all is well
    And there is still no ledger

  Scenario: A dry run knows what is recorded already
    Given I imported the table
      | No | Partner | What        | Made       | Due        | Done |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |      |
    And the table has changed to
      | No | Partner | What        | Made       | Due        | Done       |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 |            |
      | 1  | Globex  | Brand guide | 2026-01-10 | 2026-02-01 | 2026-01-30 |
      | 2  | Globex  | References  | 2026-01-12 | 2026-02-01 | 2026-01-30 |
    When I import it with --dry-run
    Then it ends with 1 of 3 rows is bad
    And 1 row is already recorded
    And 2 facts would be recorded
    And nothing is recorded by it

  Scenario: Rows that tell nothing are left out, with the reason
    Given the mapping says also
      """
      [left_out."cancelled before it was agreed"]
      when.equals = { What = ["cancelled", "void"] }
      """
    And the table
      | No | Partner | What        | Made       | Due | Done |
      | 1  | Globex  | void        | 2026-01-10 |     |      |
      | 2  | Globex  | Brand guide | 2026-01-10 |     |      |
    When I import it
    Then all is well
    And 1 row is left out: cancelled before it was agreed

  Scenario: Several rows are one promise
    Given the mapping says also
      """
      [row]
      id = "{No}"
      group_by = "No"
      combine = { Due = "min", What = "first" }
      """
    And the table
      | No | Partner | What          | Made       | Due        | Done       |
      | 1  | Globex  | Ten posters   | 2026-01-10 | 2026-02-15 | 2026-02-10 |
      | 1  | Globex  | Five banners  | 2026-01-10 | 2026-02-01 | 2026-02-10 |
      | 2  | Globex  | A guide       | 2026-01-10 | 2026-02-01 |            |
      | 2  | Globex  | Its appendix  | 2026-01-11 | 2026-02-01 |            |
    When I import it
    Then it ends with 2 of 4 rows are bad
    And these rows are bad
      | 4, 5 | Made | '2026-01-10' and '2026-01-11' | differs between the lines of one record; say under row.combine what counts |
    And the promise 1 of globex was kept late, due on 2026-02-01

  Scenario: A table without the columns that the mapping names
    Given the mapping says also
      """
      [columns.Signed]
      date = "%Y-%m-%d"
      """
    And the table
      | No | Partner | What        | Made       | Due | Done | Signd |
      | 1  | Globex  | Brand guide | 2026-01-10 |     |      |       |
    When I import it
    Then it is not understood: it has no column 'Signed'
    And it asks: did you mean Signd?
    And nothing is recorded by it

  Scenario: A mapping with a mistake
    Given the mapping says also
      """
      [facts.met]
      fact = "meeting-hold"
      on = "{Made}"
      """
    When I import it
    Then it is not understood: the fact 'meeting-hold' is not known
    And it asks: did you mean meeting-held
    And nothing is recorded by it
