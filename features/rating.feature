Feature: What people say the trust is
  Shown beside the trust that is computed.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A person says how far a party is to be trusted
    When I type: rate acme-globex 7.5 --of globex --person p-jane
    Then it is recorded: p-jane rated trust in Globex 7.5 of 10
    And the answer says: next: pledger show acme-globex

  Scenario Outline: A rating is a number from 0 to 10
    When I type: rate acme-globex <told> --of Globex
    Then it is not understood: RATING cannot be '<told>': <reason>
    And the advice is: for example: pledger rate acme-globex 7 --of Globex --person p-jane

    Examples:
      | told | reason                        |
      | 11   | it should be 10 or less       |
      | high | it should be a number         |
      | nan  | it should be a number         |

  Scenario: Only a party of the partnership is rated
    When I type: rate acme-globex 7 --of Hooli
    Then it is refused: Hooli is not a party
    And the advice is: the parties at that time: Acme, Globex

  Scenario: Rating works as a program of its own
    When I run the program: rate acme-globex 10 --of Acme
    Then it is recorded: Somebody rated trust in Acme 10 of 10
