Feature: Talking with each other
  A partner who waives a report costs less than one who has to ask for it. What was said, what was not needed, who had
  to chase whom, and which worries are open.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: The parties agree how often they talk
    When I type: cadence acme-globex 14
    Then it is recorded: It was agreed to talk every 14 days
    And the answer says: next: pledger meet acme-globex

  Scenario: A meeting, and how it went
    When I type: meet acme-globex --went poorly --what "the price rise" --on yesterday
    Then it is recorded: Everybody met; it went poorly: the price rise
    And the answer says: when: Sun 2026-03-01

  Scenario: A party does not come
    When I type: miss acme-globex --by globex --on 2026-02-27
    Then it is recorded: Globex did not come to a meeting

  Scenario: An update that nobody had to ask for
    When I type: update acme-globex "Campaign figures for May" --by Acme
    Then it is recorded: Acme shared “Campaign figures for May”

  Scenario: A report that was not needed this time is a sign of trust
    When I type: waive acme-globex "the monthly report" --by Globex
    Then it is recorded: Globex did not need the monthly report this time

  Scenario: A report that had to be asked for is a sign of doubt
    When I type: chase acme-globex "the monthly report" --by Globex
    Then it is recorded: Globex had to ask for the monthly report
    And the answer says: next: pledger update acme-globex

  Scenario: A party says what worries it
    When I type: concern raise acme-globex "Leads are passed on late" --by globex --about acme
    Then it is recorded: Globex was worried about Acme: Leads are passed on late
    And the answer says: concern: leads-are-passed-on-late
    And the answer says: next: pledger concern resolve acme-globex leads-are-passed-on-late

  Scenario: The worry is settled, by any part of its name
    Given Globex raised the concern "Leads are passed on late" about Acme
    When I type: concern resolve acme-globex leads --how "weekly hand-over agreed"
    Then it is recorded: The concern “leads-are-passed-on-late” was resolved: weekly hand-over agreed

  Scenario: A settled worry is not settled again
    Given Globex raised the concern "Leads are passed on late" about Acme
    And I typed: concern resolve acme-globex
    When I type: concern resolve acme-globex leads
    Then it is refused: the concern 'leads-are-passed-on-late' was resolved on 2026-03-02 already
    And the advice is: the open ones: none

  Scenario: A worry that nobody raised
    Given Globex raised the concern "Leads are passed on late" about Acme
    When I type: concern resolve acme-globex leeds-are-passed-on
    Then it is refused: there is no open concern 'leeds-are-passed-on'
    And the advice is: did you mean 'leads-are-passed-on-late'? the open ones: leads-are-passed-on-late

  Scenario Outline: How often to talk is a number of days
    When I type: cadence acme-globex <told>
    Then it is not understood: DAYS <reason>
    And the advice is: for example: pledger cadence acme-globex 14

    Examples:
      | told      | reason                                        |
      | 0         | cannot be '0': it should be 1 or more         |
      | 4000      | cannot be '4000': it should be 3650 or less   |
      | fortnight | cannot be 'fortnight': it should be a whole number |

  Scenario Outline: Each of these works as a program of its own
    Given Globex raised the concern "Leads are passed on late" about Acme
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                                  | sentence                                                  |
      | cadence acme-globex 7                                  | It was agreed to talk every 7 days                        |
      | meet acme-globex --on 2026-03-02                       | Everybody met; it went well                                |
      | miss acme-globex --by Acme                             | Acme did not come to a meeting                            |
      | update acme-globex Figures --by Acme                   | Acme shared “Figures”                                     |
      | waive acme-globex --by Acme                            | Acme did not need any contact this time                    |
      | chase acme-globex --by Acme                            | Acme had to ask for news                                  |
      | concern raise acme-globex Slow --by Acme --about Globex | Acme was worried about Globex: Slow                      |
      | concern resolve acme-globex                            | The concern “leads-are-passed-on-late” was resolved       |
