Feature: Norms, differences and fit
  What the parties hold in common, how they differ and tune in, what was breached and made good, and how well they fit.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A norm to live by
    When I type: norm agree acme-globex "No surprises: bad news travels first" --slug no-surprises
    Then it is recorded: A norm was agreed: No surprises: bad news travels first
    And the answer says: norm: no-surprises

  Scenario: A difference that is respected
    When I type: difference acme-globex "They decide by consensus" --by Acme
    Then it is recorded: Acme respected a difference: They decide by consensus

  Scenario: A party shifts its style
    When I type: adapt acme-globex "Decisions are announced a week ahead" --by Acme
    Then it is recorded: Acme adapted its style: Decisions are announced a week ahead

  Scenario: An agreed norm is breached, and made good
    Given the norm "No surprises" was agreed
    When I type: norm breach acme-globex surprises --by Globex
    Then it is recorded: Globex broke the norm “no-surprises”
    And the answer says: next: pledger norm repair acme-globex no-surprises
    When I type: norm repair acme-globex --by Globex --how "apologised"
    Then it is recorded: Globex made good its breach of “no-surprises”: apologised

  Scenario: A norm that nobody had thought to agree
    When I type: norm breach acme-globex "calling customers behind our back" --by Globex
    Then it is recorded: Globex broke a norm nobody had agreed: “calling customers behind our back”
    And the answer says: next: pledger norm repair acme-globex 'calling customers behind our back'

  Scenario: What nobody broke cannot be made good
    Given the norm "No surprises" was agreed
    And I typed: norm breach acme-globex "calling customers" --by Globex
    When I type: norm repair acme-globex surprises --by Globex
    Then it is refused: there is no unrepaired breach of 'surprises' by Globex
    And the advice is: unrepaired breaches by Globex: calling-customers

  Scenario: The parties look at how well they fit
    When I type: fit acme-globex cultures strained --note "two speeds"
    Then it is recorded: Fit of cultures was judged strained

  Scenario: A respect in which fit is not judged
    When I type: fit acme-globex kultures good
    Then it is not understood: FACET cannot be 'kultures': it should be 'cultures', 'people', 'markets' or 'mechanics'
    And the advice is: for example: pledger fit acme-globex cultures good

  Scenario: A norm of that short name is there already
    Given the norm "No surprises" was agreed
    When I type: norm agree acme-globex "Bad news travels first" --slug no-surprises
    Then it is refused: there is a norm 'no-surprises' already
    And the advice is: give it another short name with --slug, or leave --slug out

  Scenario Outline: Each of these works as a program of its own
    Given the norm "No surprises" was agreed
    And I typed: norm breach acme-globex surprises --by Globex
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                      | sentence                                                   |
      | norm agree acme-globex Candour             | A norm was agreed: Candour                                 |
      | difference acme-globex Slower --by Acme    | Acme respected a difference: Slower                        |
      | adapt acme-globex Weekly --by Acme         | Acme adapted its style: Weekly                             |
      | norm breach acme-globex lateness --by Acme | Acme broke a norm nobody had agreed: “lateness”            |
      | norm repair acme-globex --by Globex        | Globex made good its breach of “no-surprises”              |
      | fit acme-globex markets poor               | Fit of markets was judged poor                             |
