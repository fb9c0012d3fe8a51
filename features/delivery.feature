Feature: Giving one's word and keeping it
  What was promised, kept, late, moved, broken or let go; what was invested, and what came of it.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A first date: a small promise that shows that working together pays
    When I type: commit acme-globex "Send the brand guide" --by acme --due "next fri" --stake small --first-date
    Then it is recorded: Acme promised Globex “Send the brand guide” by 2026-03-06 (small stake, first date)
    And the answer says: due: Fri 2026-03-06
    And the answer says: commitment: send-the-brand-guide
    And the answer says: next: pledger deliver acme-globex send-the-brand-guide

  Scenario: A promise kept before it is due
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    When I type: deliver acme-globex brand --link https://example.org/brand-guide
    Then it is recorded: Acme kept “send-the-brand-guide”, 4 days early

  Scenario: A promise kept late
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    And 2026-03-16 has come
    When I type: deliver acme-globex brand --on 2026-03-13
    Then it is recorded: Acme kept “send-the-brand-guide”, 7 days late

  Scenario: Both sides agree on another date
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    When I type: renegotiate acme-globex brand --due +2w --why "the photos are late"
    Then it is recorded: Acme's promise “send-the-brand-guide” was moved from 2026-03-06 to 2026-03-16: the photos are late
    And the answer says: due: Mon 2026-03-16
    And the answer says: next: pledger deliver acme-globex send-the-brand-guide

  Scenario: A promise that will not be kept is owned up to
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    When I type: break acme-globex brand --why "the agency closed"
    Then it is recorded: Acme broke “send-the-brand-guide”: the agency closed

  Scenario: The other side lets a party off
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    When I type: release acme-globex brand --why "no longer needed"
    Then it is recorded: Acme was let off “send-the-brand-guide”: no longer needed
    And the open promises are: none

  Scenario: Money is put in
    When I type: invest acme-globex budget --by Globex --amount 12000.50 --unit EUR --what "launch campaign" --stake large
    Then it is recorded: Globex invested budget: 12000.50 EUR (launch campaign)
    And the answer says: stake: large

  Scenario: Something comes of it, and serves a goal
    Given Globex shared the goal "Enter the Nordic market"
    When I type: outcome acme-globex "Leads from the joint webinar" --amount 340 --unit leads --goal nordic
    Then it is recorded: Something came of it: Leads from the joint webinar (340 leads)
    And the answer says: goal: enter-the-nordic-market

  Scenario: Among three, a promise may be made to all the others
    Given I typed: join acme-globex Initech
    When I type: commit acme-globex "Open the portal" --by Globex
    Then it is recorded: Globex promised the others “Open the portal”

  Scenario Outline: What cannot be is refused, with the way out
    Given Acme promised Globex "Send the brand guide" by 2026-03-06
    And Acme promised Globex "Train the dealers"
    And I typed: deliver acme-globex train
    When I type: <typed>
    Then it is refused: <refusal>
    And the advice is: <advice>

    Examples:
      | typed                                                  | refusal                                                     | advice                                                              |
      | commit acme-globex "Call first" --by Acme --to ACME    | Acme cannot promise to itself                               | name the other party with --to                                      |
      | commit acme-globex "Call first" --by Hooli             | Hooli is not a party                                        | the parties at that time: Acme, Globex                              |
      | commit acme-globex "Call" --by Acme --due 2026-03-01   | it would be due on 2026-03-01, before the day it occurs (2026-03-02) | give a later --due, or say with --on when it was promised  |
      | commit acme-globex "Call" --by Acme --goal nordic      | there is no goal 'nordic'                                   | the open ones: none                                                 |
      | deliver acme-globex train                              | 'train-the-dealers' was delivered on 2026-03-02 already     | the open ones: send-the-brand-guide                                 |
      | break acme-globex dealers                              | 'train-the-dealers' was delivered on 2026-03-02 already     | the open ones: send-the-brand-guide                                 |
      | release acme-globex dealers                            | 'train-the-dealers' was delivered on 2026-03-02 already     | the open ones: send-the-brand-guide                                 |
      | renegotiate acme-globex dealers --due +1w              | 'train-the-dealers' was delivered on 2026-03-02 already     | the open ones: send-the-brand-guide                                 |
      | renegotiate acme-globex brand --due 2026-03-01         | it would be due on 2026-03-01, before the day it occurs (2026-03-02) | give a later --due, or say with --on when it was promised  |
      | deliver acme-globex send-the-brad-guide                | there is no open commitment 'send-the-brad-guide'           | did you mean 'send-the-brand-guide'? the open ones: send-the-brand-guide |
      | commit acme-globex More --by Acme --slug send-the-brand-guide | there is a commitment 'send-the-brand-guide' already | give it another short name with --slug, or leave --slug out         |

  Scenario Outline: Amounts are numbers, and not less than nothing
    When I type: invest acme-globex budget --by Globex --amount <told>
    Then it is not understood: --amount cannot be '<told>': <reason>
    And the advice is: for example: pledger invest acme-globex budget --by Globex --amount 12000 --unit EUR

    Examples:
      | told   | reason                    |
      | lots   | it should be a number     |
      | -3     | it should be 0 or more    |
      | 1e400  | it has too many digits    |

  Scenario Outline: Each of these works as a program of its own
    Given Acme promised Globex "Send the brand guide"
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                               | sentence                                                            |
      | commit acme-globex "Call first" --by Globex         | Globex promised Acme “Call first”                                   |
      | deliver acme-globex                                 | Acme kept “send-the-brand-guide”                                    |
      | renegotiate acme-globex --due 9000-01-31            | Acme's promise “send-the-brand-guide” was moved to 9000-01-31       |
      | break acme-globex                                   | Acme broke “send-the-brand-guide”                                   |
      | release acme-globex                                 | Acme was let off “send-the-brand-guide”                             |
      | invest acme-globex time --by Acme                   | Acme invested time                                                  |
      | outcome acme-globex "A joint webinar"               | Something came of it: A joint webinar                               |
