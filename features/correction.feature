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

  Scenario: What was taken back stays in sight, with who took it back, when and why
    Given Acme promised Globex "Send the brand guide"
    And on 2026-03-09 somebody typed: retract acme-globex 3 --why "it was Globex" --me bob
    When I type: log acme-globex --format tsv
    Then the answer says: 4	2026-03-09T09:01:00+00:00	bob	it was Globex	Acme promised Globex “Send the brand guide”
    When I type: log acme-globex --format table
    Then the answer says: 1 of those shown taken back

  Scenario: What was taken back counts nowhere from then on, and did until then
    Given Acme promised Globex "Send the brand guide" by 2026-03-04
    And on 2026-03-09 somebody typed: retract acme-globex 3 --why "it was Globex"
    When I type: show acme-globex --as-of 2026-03-08 --known-at 2026-03-08 --format json
    Then the answer says: Trust in Acme fell by .10 within 30 days
    When I type: show acme-globex --as-of 2026-03-08 --format json
    Then the answer says: Too little is known yet to speak of trust.

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

  Scenario: The last thing that I recorded is taken back
    Given I typed: meet acme-globex --went fairly
    And I typed: meet acme-globex --went poorly
    And I typed: meet acme-globex --me bob
    When I type: undo --yes
    Then it is recorded: Entry 4 was taken back: undone
    When I type: undo --yes
    Then it is recorded: Entry 3 was taken back: undone

  Scenario: Undoing says what it would take back, and wants to be sure
    Given I typed: meet acme-globex --went poorly
    When I type: undo
    Then it is not understood: nobody can be asked whether to take back entry 3 in acme-globex: Everybody met; it went poorly
    And the advice is: if that is meant, add --yes

  Scenario: What rests on the last thing stands in the way of undoing it
    Given Acme promised Globex "Send the brand guide"
    And I typed: deliver acme-globex brand --me bob
    When I type: undo --yes
    Then it is refused: what was recorded later would no longer hold: entry 4 (commitment-delivered, 2026-03-02): there is no open commitment 'send-the-brand-guide'
    And the advice is: retract what stands in the way too: add --cascade
    When I type: undo --yes --cascade
    Then the answer says: also retracted: entry 4 (commitment-delivered)

  Scenario: A whole batch is not undone by surprise
    Given I imported a table of 3 promises of globex
    When I type: undo --yes
    Then it is refused: the last thing that jane recorded is 4 entries at once in globex, from entry 3 to 6
    And the advice is: to take all of them back: add --batch; to take back one: pledger retract
    When I type: undo --yes --batch
    Then 4 entries are recorded
    And the answer says: recorded entries 7 to 10: 4 entries were taken back

  Scenario: A retraction is not undone
    Given I typed: meet acme-globex --went poorly
    And I typed: meet acme-globex --went well
    And I typed: retract acme-globex 3 --why "it went well"
    When I type: undo --yes
    Then it is refused: the last thing that jane recorded is a retraction: entry 5, which cannot be undone
    And the advice is: record the fact that it took back again; what is older can be taken back with: pledger retract

  Scenario: An amendment is amended back, not undone
    Given Acme promised Globex "Send the brand guide"
    And I typed: amend 3 --due 2026-04-08
    When I type: undo --yes
    Then it is refused: the last thing that jane recorded is an amendment: entry 5
    And the advice is: amend it back: pledger amend 5; or take it back: pledger retract acme-globex 5 --why ...

  Scenario: What is told about the ledger itself stays
    Given a file "mine.toml" with the shipped policy
    And I typed: policy adopt mine.toml --why "our first scoring"
    When I type: undo --yes
    Then it is refused: the last thing that jane recorded is about the ledger itself: entry 3 (policy-adopted), which stays
    And the advice is: adopt the policy that should count instead: pledger policy adopt FILE --why ...

  Scenario: Who recorded nothing has nothing to undo
    When I type: undo --yes --me bob
    Then it is refused: bob has recorded nothing that could be undone
    And the advice is: see who recorded what: pledger log --all --recorded; say who you are with --me

  Scenario: A mistake is amended, and what rests on it is told again
    Given Acme promised Globex "Send the brand guide" by 2026-03-04
    And on 2026-03-06 somebody typed: deliver acme-globex brand
    When I type: amend 3 --due 2026-03-13 --why "the date was misread"
    Then it is amended: Acme promised Globex “Send the brand guide” by 2026-03-13
    And the answer says: took back entry 3 in acme-globex: Acme promised Globex “Send the brand guide” by 2026-03-04
    And the answer says: told again: entry 4 as entry 8: Acme kept “send-the-brand-guide”, 7 days early

  Scenario: A name that was mistyped is put right wherever it stands
    Given I typed: open acme-initech --party Acme --party Initec --purpose "training"
    And I typed: update acme-initech "Figures" --by Initec
    When I type: amend 3 --party Acme --party Initech
    Then it is amended: Acme and Initech became partners: training
    And the answer says: told again: entry 4 as entry 8: Initech shared “Figures”

  Scenario: What could not be told again refuses the whole amendment
    Given on 2026-03-06 somebody typed: commit acme-globex "Send the brand guide" --by Acme
    And I typed: deliver acme-globex brand
    And 2026-03-09 has come
    When I type: amend 3 --on 2026-03-08
    Then it is refused: what rests on entry 3 could not be told again: entry 4 (commitment-delivered, 2026-03-06): there is no open commitment 'send-the-brand-guide'
    And the advice is: amend it in another way, or first take back what is in the way: pledger retract acme-globex 4 --why ...

  Scenario: Without options, an entry is amended in my editor
    Given Acme promised Globex "Send the brand guide" by 2026-03-04
    And my editor is: sed -i 's/due = 2026-03-04/due = 2026-03-13/'
    When I type: amend 3
    Then it is amended: Acme promised Globex “Send the brand guide” by 2026-03-13

  Scenario: A text left as it is changes nothing
    Given I typed: meet acme-globex
    And my editor is: true
    When I type: amend 3
    Then the answer says: nothing changed: entry 3 is what it was
    And nothing is recorded

  Scenario: An emptied text changes nothing
    Given I typed: meet acme-globex
    And my editor is: truncate -s 0
    When I type: amend 3
    Then it is not understood: the text is empty; entry 3 stays as it was
    And the advice is: to take it back: pledger retract acme-globex 3 --why ...

  Scenario: Without an editor, options do
    Given I typed: meet acme-globex
    When I type: amend 3
    Then it is not understood: nothing to change is told, and there is no editor
    And the advice is: tell it with options (see: pledger meet --help), or set VISUAL or EDITOR

  Scenario: An editor that does not work
    Given I typed: meet acme-globex
    And my editor is: false
    When I type: amend 3
    Then it is not understood: no editor could be used: false: Editing failed
    And the advice is: set VISUAL or EDITOR to one that works, or tell what to change with options

  Scenario Outline: What cannot be amended
    Given I typed: meet acme-globex
    And I typed: retract acme-globex 3 --why "a mistake"
    When I type: amend <entry> --note "seen"
    Then it is refused: <refusal>
    And the advice is: <advice>

    Examples:
      | entry         | refusal                                                                 | advice                                                                                           |
      | 1             | entry 1 (ledger-opened) is about the ledger itself, and stays as it is  | what counts now is what was told last: adopt another policy with pledger policy adopt            |
      | 3             | entry 3 is retracted already                                            | see the entries with: pledger log acme-globex                                                    |
      | 4             | entry 4 is a retraction, which cannot be amended                        | record the fact that it took back again                                                          |
      | 99            | there is no entry 99                                                    | see the entries with: pledger log --all                                                          |

  Scenario: An entry of another partnership
    Given the partnership acme-hooli of Acme and Hooli
    When I type: amend acme-globex 3 --purpose "training"
    Then it is refused: entry 3 belongs to acme-hooli, not to acme-globex
    And the advice is: see the entries with: pledger log acme-globex

  Scenario: Undoing works as a program of its own
    When I run the program: undo --me jane --yes
    Then it is recorded: Entry 2 was taken back: undone

  Scenario: Amending works as a program of its own
    Given my editor is: sed -i 's/joint/common/'
    When I run the program: amend 2
    Then it is amended: Acme and Globex became partners: common launch
