Feature: How we score
  Policies are documents: they can be listed, read, checked against laws, adopted, and compared with one another.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: The shipped policy is in force until another is adopted
    When I run the program: policy list --format json
    Then the policy default is in force
    When I type: policy show
    Then the answer says: as shipped with pledger
    And the answer says: prior_weight = 3.0

  Scenario: A policy that breaks a law can still be used, and the smallest history is told
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 0.5
    When I run the program: policy check mine.toml
    Then the answer says: mine.toml: policy mine (
    And the answer says: it may be adopted all the same
    And the answer says: warning: a law is broken: a promise kept in time is worth at least one kept a little late

  Scenario: The shipped policy keeps every law
    Given a file "mine.toml" with the shipped policy
    When I type: policy check mine.toml
    Then the answer says: it keeps every law

  Scenario: A policy that cannot be read is refused with the way out
    Given a file "mine.toml" that says: name = "mine
    When I type: policy check mine.toml
    Then it is not understood: this is not TOML: Illegal character '\n' (at line 1, column 13)
    And the advice is: mend the line: a missing quote, bracket or '=', or a name told twice

  Scenario: Adopting a policy that breaks a law warns, and records it all the same
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 0.5
    When I type: policy adopt mine.toml --why "keeping is normal"
    Then 1 entries are recorded
    And a warning says: a promise kept in time is worth at least one kept a little late

  Scenario: Which policy was in force when
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And on 2026-03-10 somebody typed: policy adopt mine.toml --why "kept promises count more"
    When I run the program: policy history --format json
    Then the policies in turn were: default, mine
    When I type: policy list --known-at 2026-03-09 --format json
    Then the policy default is in force

  Scenario: An adopted policy is shown as it was adopted, comments and all
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And I typed: policy adopt mine.toml --why "kept promises count more"
    When I run the program: policy show mine
    Then the answer says: # policy mine, digest
    And the answer says: # The scoring that pledger ships

  Scenario: What another scoring would change, and by which entry
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And Acme promised Globex "the brand guide" by 2026-03-06
    And I typed: deliver acme-globex brand
    When I run the program: policy compare mine.toml --as-of 2026-03-06 --known-at 2026-03-06 --format json
    Then the comparison says of acme-globex: trust in Acme rises from .62 to .70 (unknown to fair), most by entry 4 (kept); in Globex it stays.
    And the summary says: Of 2 parties in 1 partnership, trust rises in 1, falls in 0 and stays in 1; 1 changes band (1 from unknown to fair).

  Scenario: A policy compared with itself changes nothing
    When I type: policy compare default default --format table
    Then the answer says: trust stays in every party
    And the answer says: trust rises in 0, falls in 0 and stays in 2

  Scenario: A policy that nobody knows cannot be shown
    When I type: policy show defalt
    Then it is not understood: there is no policy 'defalt'
    And the advice is: did you mean default?
