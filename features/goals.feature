Feature: Knowing and supporting each other's goals
  Suspicion fills every vacuum of knowledge about goals. Who asked, who told, who acknowledged, who helped.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: One side asks for the other's goals
    When I type: goal ask acme-globex --by Acme --to Globex --what "for the Nordics"
    Then it is recorded: Acme asked Globex for its goals: for the Nordics
    And the answer says: next: pledger goal share acme-globex

  Scenario: A party tells its goal
    When I type: goal share acme-globex "Enter the Nordic market" --by Globex --level individual
    Then it is recorded: Globex shared a goal (individual): Enter the Nordic market
    And the answer says: goal: enter-the-nordic-market
    And the answer says: next: pledger goal acknowledge acme-globex enter-the-nordic-market

  Scenario: The other side shows that it knows and respects it
    Given Globex shared the goal "Enter the Nordic market"
    When I type: goal acknowledge acme-globex nordic --by Acme
    Then it is recorded: Acme acknowledged the goal “enter-the-nordic-market”

  Scenario: The other side does something for it
    Given Globex shared the goal "Enter the Nordic market"
    When I type: goal support acme-globex nordic --by Acme --how "introduced two distributors"
    Then it is recorded: Acme supported the goal “enter-the-nordic-market”: introduced two distributors

  Scenario: A goal is reached
    Given Globex shared the goal "Enter the Nordic market"
    When I type: goal achieve acme-globex
    Then it is recorded: The goal “enter-the-nordic-market” was achieved

  Scenario: A goal is given up, and that is said
    Given Globex shared the goal "Enter the Nordic market"
    When I type: goal drop acme-globex nordic --why "budget went elsewhere"
    Then it is recorded: Globex dropped its goal “enter-the-nordic-market”: budget went elsewhere

  Scenario Outline: What cannot be is refused, with the way out
    Given Globex shared the goal "Enter the Nordic market"
    And Globex shared the goal "Sell service contracts"
    And I typed: goal achieve acme-globex service
    When I type: <typed>
    Then it is refused: <refusal>
    And the advice is: <advice>

    Examples:
      | typed                                                | refusal                                                           | advice                                                                           |
      | goal ask acme-globex --by Acme --to acme             | Acme cannot ask itself                                            | name the party that was asked with --to                                          |
      | goal acknowledge acme-globex south-market --by Acme  | there is no goal 'south-market'                                   | did you mean 'enter-the-nordic-market'? the open ones: enter-the-nordic-market   |
      | goal support acme-globex service --by Acme           | the goal 'sell-service-contracts' was achieved on 2026-03-02 already | the open ones: enter-the-nordic-market                                        |
      | goal share acme-globex More --by Acme --slug enter-the-nordic-market | there is a goal 'enter-the-nordic-market' already | give it another short name with --slug, or leave --slug out                      |

  Scenario Outline: Each of these works as a program of its own
    Given Globex shared the goal "Enter the Nordic market"
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                            | sentence                                                 |
      | goal ask acme-globex --by Acme                   | Acme asked the others for its goals                      |
      | goal share acme-globex Grow --by Acme            | Acme shared a goal (organisational): Grow                |
      | goal acknowledge acme-globex nordic --by Acme    | Acme acknowledged the goal “enter-the-nordic-market”     |
      | goal support acme-globex nordic --by Acme        | Acme supported the goal “enter-the-nordic-market”        |
      | goal achieve acme-globex nordic                  | The goal “enter-the-nordic-market” was achieved          |
      | goal drop acme-globex nordic                     | Globex dropped its goal “enter-the-nordic-market”        |
