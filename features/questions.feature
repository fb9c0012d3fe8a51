Feature: Asking the ledger
  Where a partnership stands, what was promised, what happened, and which partnership needs attention first; at any
  moment, and by the knowledge of any moment.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: With nothing told, trust is unknown
    Then trust in Acme is unknown
    And the headline of acme-globex is: Too little is known yet to speak of trust.
    And the next steps of acme-globex begin with: pledger goal ask acme-globex --by Globex --to Acme

  Scenario: A promise nobody keeps lowers trust by itself
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When nothing more is recorded until 2026-03-20
    Then trust in Acme is lower than it was on 2026-03-06
    And the headline of acme-globex is: Trust in Acme fell by .10 within 30 days, to .40 ± .22; promise overdue for 14 days: “the brand guide” by Acme.
    And the next steps of acme-globex begin with: pledger deliver acme-globex the-brand-guide

  Scenario: An unkept promise goes on costing
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When nothing more is recorded until 2026-07-01
    Then trust in Acme is lower than it was on 2026-05-01
    And trust in Acme on 2026-05-01 was lower than on 2026-04-01

  Scenario: A kept first date raises trust and starts the wheel
    Given on 2026-03-02 somebody typed: commit acme-globex "the brand guide" --by Acme --due 2026-03-06 --first-date
    And on 2026-03-05 somebody typed: deliver acme-globex brand
    When nothing more is recorded until 2026-03-06
    Then trust in Acme is higher than it was on 2026-03-04
    And momentum in Acme is building

  Scenario: What did we believe on 1 April about the middle of March?
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And on 2026-04-10 somebody typed: deliver acme-globex brand --on 2026-03-05
    When 2026-04-20 comes
    Then trust in Acme on 2026-03-15, as believed on 2026-04-01, was lower than is known now

  Scenario: Silence beyond what was agreed counts against every side
    Given on 2026-03-02 somebody typed: cadence acme-globex 7
    And on 2026-03-03 somebody typed: meet acme-globex
    When nothing more is recorded until 2026-03-19
    Then trust in Globex is lower than it was on 2026-03-17
    And the next steps of acme-globex begin with: pledger meet acme-globex

  Scenario: What would become of it if nothing more happened?
    Given Acme promised Globex "the brand guide" by 2026-03-06
    When I type: show acme-globex --as-of 2026-06-30 --format table
    Then the answer says: looking ahead: if nothing more happens
    And the answer says: 116 days overdue

  Scenario: The portfolio puts an overdue large promise before a fall of trust, and that before calm
    Given the partnership acme-calm of Acme and Initech
    And the partnership acme-late of Acme and Hooli
    And the partnership acme-over of Acme and Umbrella
    And I typed: norm breach acme-globex "shouting at people" --by Globex
    And I typed: commit acme-late "pay the launch budget" --by Hooli --due 2026-03-03 --stake large
    And I typed: end acme-over --reason wrong-fit
    When nothing more is recorded until 2026-03-10
    Then the portfolio reads: acme-late, acme-globex, acme-calm, acme-over

  Scenario: A large promise that fell due while paused still leads
    Given the partnership acme-calm of Acme and Initech
    And I typed: commit acme-globex "pay the launch budget" --by Globex --due 2026-03-03 --stake large
    And I typed: pause acme-globex --why "summer closure"
    When nothing more is recorded until 2026-03-10
    Then the portfolio reads: acme-globex, acme-calm
    And the headline of acme-globex is: Paused since 2026-03-02; large promise overdue for 7 days: “pay the launch budget” by Globex.

  Scenario: The log marks what was taken back
    Given I typed: meet acme-globex --went poorly
    And I typed: retract acme-globex 3 --why "it was the other partner"
    When I type: log acme-globex --format table
    Then the answer says: [taken back with entry 4 by jane on
    And trust in Globex is unknown

  Scenario: The log in order of occurrence and of recording
    Given on 2026-03-10 somebody typed: update acme-globex "figures for March" --by Acme
    And on 2026-03-11 somebody typed: update acme-globex "figures for February" --by Acme --on 2026-03-05
    Then the log ends with: Acme shared “figures for March”
    And the log in order of recording ends with: Acme shared “figures for February”

  Scenario: Promises narrowed by state and maker
    Given Acme promised Globex "the brand guide" by 2026-03-06
    And Globex promised Acme "the budget" by 2026-03-04
    When 2026-03-05 comes
    Then these promises are overdue: the-budget
    And these promises are open: the-budget, the-brand-guide
    And these promises by Acme are open: the-brand-guide

  Scenario: A policy adopted today does not rewrite what was told yesterday
    Given a file "mine.toml" with the shipped policy
    And on 2026-03-10 somebody typed: policy adopt mine.toml --why "late delivery hurts us more"
    When I type: show acme-globex --as-of 2026-03-09 --known-at 2026-03-09
    Then the answer says: default

  Scenario: Nothing was known of it then
    When I type: show acme-globex --known-at 2026-02-01
    Then it is not understood: nothing was known of acme-globex by 2026-02-01 23:59
    And the advice is: ask for a later --known-at; see what was recorded when with: pledger log acme-globex --recorded

  Scenario: A partnership is told by any beginning that fits one only
    Given the partnership acme-late of Acme and Hooli
    When I type: show acme
    Then it is not understood: 'acme' fits several: acme-globex, acme-late
    When I type: show ACME-G
    Then the answer says: acme-globex

  Scenario: Which partnership?
    Given the partnership acme-late of Acme and Hooli
    When I type: show
    Then it is not understood: no partnership is named
    And the advice is: name one of: acme-globex, acme-late

  Scenario: Not one partnership and all of them
    When I type: log acme-globex --all
    Then it is not understood: 'acme-globex' and --all exclude each other

  Scenario: A policy that nobody knows
    When I type: portfolio --policy defalt
    Then it is not understood: there is no policy 'defalt'
    And the advice is: did you mean default?

  Scenario: What can be recorded, from the facts themselves
    When I type: facts norm breach --format table
    Then the answer says: norm-breached (norms)
    And the answer says: the agreed norm's short name, or in free words what was broken
    And the answer says: $ pledger norm breach acme-globex surprises --by Globex

  Scenario: A fact that nobody knows
    When I type: facts comitment-made
    Then it is not understood: there is no fact 'comitment-made'
    And the advice is: did you mean commitment-made or investment-made or commitment-broken?
