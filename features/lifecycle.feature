Feature: A partnership from the search for a partner to its end
  Who belongs to a partnership, who looks after it, and whether it runs, rests or has ended.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: Acme looks for a partner
    When I type: prospect acme-nordics "somebody who knows the Nordic market" --by Acme
    Then it is recorded: Acme looked for a partner: somebody who knows the Nordic market
    And the answer says: next: pledger open acme-nordics

  Scenario: The search ends with a partnership
    Given I typed: prospect acme-nordics "somebody who knows the Nordic market" --by Acme
    When I type: open acme-nordics --party Acme --party Hooli --purpose "sell in Sweden"
    Then it is recorded: Acme and Hooli became partners: sell in Sweden
    And the answer says: when: Mon 2026-03-02 10:04

  Scenario: A third party joins and takes part
    Given I typed: join acme-globex Initech
    When I type: meet acme-globex --present initech --present Acme
    Then it is recorded: Initech and Acme met; it went well

  Scenario: A party leaves, and the promises by and to it that are not yet late are closed
    Given I typed: join acme-globex Initech
    And Initech promised Acme "Install the trial" by 2026-04-01
    And Acme promised Globex "Send the brand guide" by 2026-04-01
    When I type: leave acme-globex initech --why "merged with Globex"
    Then it is recorded: Initech left: merged with Globex
    And the open promises are: send-the-brand-guide

  Scenario: A party that comes back is the same party
    Given I typed: join acme-globex Initech
    And I typed: leave acme-globex Initech
    When I type: join acme-globex INITECH
    Then it is recorded: Initech joined

  Scenario: A party names who looks after the relationship
    When I type: manager appoint acme-globex p-jane --by acme
    Then it is recorded: Acme named p-jane relationship manager

  Scenario: A relationship manager moves on
    Given I typed: manager appoint acme-globex p-jane --by Acme
    When I type: manager leave acme-globex p-jane
    Then it is recorded: p-jane stopped being relationship manager of Acme
    And the answer says: next: pledger manager appoint acme-globex

  Scenario: While the partnership rests, what was promised may be delivered
    Given Acme promised Globex "Send the brand guide" by 2026-04-01
    And I typed: pause acme-globex --why "summer closure"
    When I type: deliver acme-globex brand
    Then it is recorded: Acme kept “send-the-brand-guide”, 30 days early

  Scenario: The partnership rests, and is taken up again
    When I type: pause acme-globex --why "summer closure"
    Then it is recorded: The partnership was paused: summer closure
    When I type: resume acme-globex
    Then it is recorded: The partnership was resumed

  Scenario: The end closes what is not yet late, and leaves open what is overdue
    Given Acme promised Globex "Send the brand guide" by 2026-03-05
    And Globex promised Acme "Share the price list" by 2026-09-01
    And 2026-06-30 has come
    When I type: end acme-globex --reason wrong-fit
    Then it is recorded: The partnership ended: wrong fit
    And the open promises are: send-the-brand-guide

  Scenario Outline: What cannot be is refused, with the way out
    Given I typed: prospect acme-nordics "a distributor" --by Acme
    And I typed: manager appoint acme-globex p-jane --by Acme
    When I type: <typed>
    Then it is refused: <refusal>
    And the advice is: <advice>

    Examples:
      | typed                                                    | refusal                                                | advice                                                                                                              |
      | prospect acme-nordics "a reseller" --by Acme             | a partner is being looked for already                  | once one is found: pledger open acme-nordics --party ... --party ... --purpose ...                                  |
      | meet acme-nordics                                        | there is no open partnership acme-nordics              | open it first: pledger open acme-nordics --party ... --party ... --purpose ...                                      |
      | open acme-globex --party Acme --party Globex --purpose x | acme-globex is open already                            | see what it holds: pledger show acme-globex                                                                         |
      | join acme-globex GLOBEX                                  | GLOBEX is a party already                              | the parties are Acme, Globex                                                                                        |
      | leave acme-globex Globex                                 | Globex cannot leave: fewer than two parties would remain | end the partnership instead: pledger end acme-globex --reason ...                                                 |
      | manager appoint acme-globex p-jane --by Globex           | p-jane is relationship manager of Acme already         | tell first that the person stopped: pledger manager leave acme-globex p-jane                                        |
      | manager leave acme-globex p-omar                         | p-omar is not a relationship manager here              | the relationship managers are: p-jane                                                                               |
      | resume acme-globex                                       | acme-globex is not paused                              | pause it first: pledger pause acme-globex                                                                           |

  Scenario: Nothing is agreed while the partnership rests
    Given I typed: pause acme-globex
    When I type: norm agree acme-globex "No surprises"
    Then it is refused: acme-globex is paused since 2026-03-02
    And the advice is: resume it first (pledger resume acme-globex), or say with --on when it occurred

  Scenario: Nothing happens after the end
    Given I typed: end acme-globex --reason completed
    When I type: meet acme-globex
    Then it is refused: acme-globex ended on 2026-03-02 (completed)
    And the advice is: only what occurred before that can still be told: say when, with --on

  Scenario Outline: A partnership needs two parties and a purpose
    When I type: <typed>
    Then it is not understood: <reason>
    And the advice is: for example: pledger open acme-globex --party Acme --party Globex --purpose "joint launch"

    Examples:
      | typed                                                    | reason                              |
      | open acme-hooli --party Acme --purpose "a trial"         | --party must be told 2 times or more |
      | open acme-hooli --party Acme --party acme --purpose trial | --party names the same party twice  |
      | open acme-hooli --party Acme --party Hooli               | --purpose is missing                |

  Scenario Outline: Each of these works as a program of its own
    Given I typed: join acme-globex Initech
    And I typed: manager appoint acme-globex p-omar --by Globex
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                                             | sentence                                              |
      | prospect acme-baltics "a distributor" --by Acme                   | Acme looked for a partner: a distributor              |
      | open acme-hooli --party Acme --party Hooli --purpose greenhouses  | Acme and Hooli became partners: greenhouses           |
      | join acme-globex Umbrella                                         | Umbrella joined                                       |
      | leave acme-globex Initech                                         | Initech left                                          |
      | manager appoint acme-globex p-jane --by Acme                      | Acme named p-jane relationship manager                |
      | manager leave acme-globex p-omar                                  | p-omar stopped being relationship manager of Globex   |
      | pause acme-globex                                                 | The partnership was paused                            |
      | end acme-globex --reason superseded                               | The partnership ended: superseded                     |

  Scenario: Resuming works as a program of its own
    Given I typed: pause acme-globex
    When I run the program: resume acme-globex
    Then it is recorded: The partnership was resumed
