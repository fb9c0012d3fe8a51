Feature: Explaining the scores
  Why trust and momentum moved, entry by entry; how they moved from the beginning; and what a change of knowledge
  changed.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A promise nobody keeps lowers trust, and the explanation names it
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And 2026-03-20 has come
    When I type: explain acme-globex --from 2026-03-02 --format table
    Then the explanation names the overdue promise: Acme's promise “the brand guide” became overdue: due by 2026-03-06 (promised with entry 3)
    And the answer says: Trust in Acme fell by
    And the answer says: Checked: all parts sum to the whole change to 1e-9
    And the parts of the explanation sum to what show tells

  Scenario: An unkept promise goes on costing, and says for how long
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When I type: explain acme-globex --from 2026-03-20 --until 2026-07-01 --format table
    Then the explanation names the overdue promise: Acme's promise “the brand guide” was 30 days overdue
    And the explanation names the overdue promise: Acme's promise “the brand guide” was 90 days overdue

  Scenario: Who moved a date is named by the entry that moved it
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-03-04 somebody typed: renegotiate acme-globex brand --due 2026-03-10
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --format table
    Then the explanation names the overdue promise: became overdue: due by 2026-03-10 (moved with entry 4)

  Scenario: Of two promises for one day, the one that was kept is not blamed
    Given Acme promised Globex "the logo" by 2026-03-06
    And Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-03-05 somebody typed: deliver acme-globex brand
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --format table
    Then the explanation names the overdue promise: Acme's promise “the logo” became overdue
    And the answer does not say: Acme's promise “the brand guide” became overdue

  Scenario: A silence is told with the contact from which it runs
    Given on 2026-03-02 somebody typed: cadence acme-globex 7
    And on 2026-03-03 somebody typed: meet acme-globex
    When I type: explain acme-globex --from 2026-03-10 --until 2026-03-20 --format table
    Then the answer says: Silence for 15 days, where contact every 7 days was agreed; it runs from entry 4: Everybody met; it went well

  Scenario: A promise that was kept, but told late, was never overdue as is known now
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-04-10 somebody typed: deliver acme-globex brand --on 2026-03-05
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --known-at 2026-04-01 --format table
    Then the explanation names the overdue promise: became overdue
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --format table
    Then the answer does not say: overdue
    And the answer says: Acme kept “the-brand-guide”, 1 day early (entry 4, told on 2026-04-10)

  Scenario: What was taken back moves nothing
    Given on 2026-03-03 somebody typed: meet acme-globex --went poorly
    And on 2026-03-04 somebody typed: retract acme-globex 3 --why "it was the other partner"
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --format table
    Then the answer says: Trust in Acme stayed as it was: .50

  Scenario: A policy that waits for the due date credits the promise then
    Given a file "patient.toml" with the shipped policy, crediting outcomes when they mature
    And Acme promised Globex "the brand guide" by 2026-03-10
    And on 2026-03-04 somebody typed: deliver acme-globex brand
    When I type: explain acme-globex --from 2026-03-05 --until 2026-03-20 --policy patient.toml --format table
    Then the answer says: Acme kept “the-brand-guide”, 6 days early (entry 4, credited when it was due)
    And the parts of the explanation sum to what show tells

  Scenario: Looking ahead: what the scores will do if nothing more happens
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When I type: explain acme-globex --from 2026-03-02 --until 2026-06-30 --party acme --format table
    Then the answer says: looking ahead: if nothing more happens
    And the answer does not say: Trust in Globex

  Scenario: A party that has left can still be explained
    Given on 2026-03-03 somebody typed: join acme-globex Initech
    And on 2026-03-04 somebody typed: norm breach acme-globex "shouting at people" --by Initech
    And on 2026-03-05 somebody typed: leave acme-globex Initech
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-20 --party ini --format table
    Then the answer says: Trust in Initech fell by

  Scenario: Without dates it explains the last 30 days, as show tells of them
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And 2026-03-20 has come
    When I type: explain acme-globex
    Then the parts of the explanation sum to what show tells

  Scenario: A span that ends before it starts
    When I type: explain acme-globex --from 2026-03-02 --until 2026-03-01
    Then it is not understood: the span ends on Sun 2026-03-01 23:59, before it starts
    And the advice is: give an --until after --from 2026-03-02

  Scenario: A span that ends after the moment asked about
    When I type: explain acme-globex --until 2026-04-01 --as-of 2026-03-01
    Then it is not understood: --until 2026-04-01 is after --as-of 2026-03-01
    And the advice is: leave one of them out

  Scenario: The history has the scores before and after every entry and deadline
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-04-10 somebody typed: deliver acme-globex brand --on 2026-03-05
    When I type: history acme-globex
    Then the history reads: told 2, told 3, told 4, end
    When I type: history acme-globex --order recorded
    Then the history reads: told 2, told 3, deadline 3, deadline 3, told 4, end

  Scenario: The history as recorded says what was believed
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-04-10 somebody typed: deliver acme-globex brand --on 2026-03-05
    When I type: history acme-globex --order recorded --party acme --format table
    Then the answer says: .40 to .34
    And the answer says: .35 to .62

  Scenario: What was learned, and what it changed in the picture of the past
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-04-10 somebody typed: deliver acme-globex brand --on 2026-03-05
    When I type: diff acme-globex --known-at 2026-04-01 --known-at 2026-04-20 --as-of 2026-03-20 --format table
    Then the answer says: Acme kept “the-brand-guide”, 1 day early
    And the answer says: Acme: “the brand guide”  overdue, due 2026-03-06  kept on 2026-03-05
    And the answer says: before: Trust in Acme fell by .10 within 30 days
    And both pictures of the difference are those that show gives

  Scenario: A policy adopted in between is told apart from what was learned
    Given a file "patient.toml" with the shipped policy, crediting outcomes when they mature
    And Acme promised Globex "the brand guide" by 2026-03-10
    And on 2026-03-04 somebody typed: deliver acme-globex brand
    And on 2026-03-06 somebody typed: policy adopt patient.toml --why "calibration"
    When I type: diff acme-globex --known-at 2026-03-05 --known-at 2026-03-07 --as-of 2026-03-05 --format table
    Then the answer says: Another policy was in force: patient
    And both pictures of the difference are those that show gives

  Scenario: One moment of knowledge is compared with now
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When I type: diff acme-globex --known-at 2026-03-01 --format table
    Then the answer says: before: Nothing was known.

  Scenario: No moment of knowledge, or three
    When I type: diff acme-globex
    Then it is not understood: --known-at is missing
    And the advice is: give --known-at twice, or once to compare with now
    When I type: diff acme-globex --known-at today --known-at today --known-at today
    Then it is not understood: two moments of knowledge are wanted
    And the advice is: give --known-at twice, or once to compare with now

  Scenario: As a program of its own
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When I run the program: explain acme-globex --from 2026-03-01 --until 2026-03-20 --format csv
    Then the answer says: deadline,overdue
    When I run the program: history acme-globex --as-of 2026-03-20
    Then the answer says: became overdue
    When I run the program: diff acme-globex --known-at 2026-03-01 --format json
    Then the answer says: "learned"
