Feature: Correcting mistakes
  Nothing recorded is ever changed. A mistake is taken back by a further entry, and told again.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A mistake is taken back, and told again
    Given I typed: meet acme-globex --went poorly
    When I type: retract acme-globex 3 --why "that was another meeting"
    Then it is recorded: Entry 3 was taken back: that was another meeting
    When I type: meet acme-globex --went well
    Then it is recorded: Everybody met; it went well

  Scenario: What rests on the mistake stands in the way
    Given Acme promised Globex "Send the brand guide"
    And I typed: deliver acme-globex brand
    When I type: retract acme-globex 3 --why "it was Globex"
    Then it is refused: what was recorded later would no longer hold: entry 4 (commitment-delivered, 2026-03-02): there is no open commitment 'send-the-brand-guide'
    And the advice is: retract what stands in the way too: add --cascade

  Scenario: Where much rests on it, the first five are named
    Given Globex shared the goal "Enter the Nordic market"
    And I typed 6 times: goal acknowledge acme-globex nordic --by Acme
    When I type: retract acme-globex 3 --why "a misunderstanding"
    Then it is refused: what was recorded later would no longer hold: entry 4 (goal-acknowledged, 2026-03-02): there is no goal 'enter-the-nordic-market'; entry 5 (goal-acknowledged, 2026-03-02): there is no goal 'enter-the-nordic-market'; entry 6 (goal-acknowledged, 2026-03-02): there is no goal 'enter-the-nordic-market'; entry 7 (goal-acknowledged, 2026-03-02): there is no goal 'enter-the-nordic-market'; entry 8 (goal-acknowledged, 2026-03-02): there is no goal 'enter-the-nordic-market'; and 1 more
    And the advice is: retract what stands in the way too: add --cascade

  Scenario: With a cascade it is taken back too
    Given Acme promised Globex "Send the brand guide"
    And I typed: deliver acme-globex brand
    When I type: retract acme-globex 3 --why "it was Globex" --cascade
    Then it is recorded: Entry 3 was taken back: it was Globex
    And the answer says: also retracted: entry 4 (commitment-delivered)
    And 2 entries are recorded
    And the open promises are: none

  Scenario: Even the end can be taken back
    Given I typed: end acme-globex --reason broken-trust
    And I typed: retract acme-globex 3 --why "they talked it over"
    When I type: meet acme-globex
    Then it is recorded: Everybody met; it went well

  Scenario Outline: What cannot be taken back
    Given I typed: meet acme-globex
    And I typed: retract acme-globex 3 --why "a mistake"
    When I type: retract acme-globex <entry> --why "another mistake"
    Then it is refused: <refusal>
    And the advice is: <advice>

    Examples:
      | entry | refusal                                               | advice                                               |
      | 3     | entry 3 is retracted already                          | see the entries with: pledger log acme-globex        |
      | 4     | entry 4 is a retraction, which cannot be retracted    | record the fact that it took back again              |
      | 99    | acme-globex has no entry 99                           | see the entries with: pledger log acme-globex        |
      | 1     | acme-globex has no entry 1                            | see the entries with: pledger log acme-globex        |

  Scenario: A mistake is taken back with a reason
    When I type: retract acme-globex 2
    Then it is not understood: --why is missing
    And the advice is: for example: pledger retract acme-globex 12 --why "wrong partnership"

  Scenario: The same thing told twice under one reference is recorded once
    Given I typed: commit acme-globex "Send the brand guide" --by Acme --due 2026-04-01 --source crm-17
    When I type: commit acme-globex "Send the brand guide" --by acme --due 2026-04-01 --source crm-17
    Then the answer says: nothing changed, it is recorded already: entry 3 in acme-globex: Acme promised Globex “Send the brand guide” by 2026-04-01
    And nothing is recorded

  Scenario: The same reference with another date says how to record the change
    Given I typed: commit acme-globex "Send the brand guide" --by Acme --due 2026-04-01 --source crm-17
    When I type: commit acme-globex "Send the brand guide" --by Acme --due 2026-04-08 --source crm-17
    Then it is refused: 'crm-17' is recorded already, as entry 3, and differs: due is 2026-04-01 there, 2026-04-08 now
    And the advice is: to record the change: pledger renegotiate acme-globex send-the-brand-guide --due 2026-04-08

  Scenario: The same reference with another maker can only be taken back
    Given I typed: update acme-globex "Figures" --by Acme --source crm-18
    When I type: update acme-globex "Figures" --by Globex --source crm-18
    Then it is refused: 'crm-18' is recorded already, as entry 3, and differs: by is Acme there, Globex now
    And the advice is: to record the change: pledger retract acme-globex 3 --why ..., then record it again

  Scenario Outline: What is told beside a fact can be read
    When I type: meet acme-globex <told>
    Then it is refused: <refusal>
    And the advice is: leave it out, or tell it differently

    Examples:
      | told           | refusal             |
      | --note ""      | the note is empty   |
      | --link " "     | the link is empty   |
      | --source ""    | the source is empty |

  Scenario: Taking back works as a program of its own
    When I run the program: retract acme-globex 2 --why "wrong parties"
    Then it is recorded: Entry 2 was taken back: wrong parties
