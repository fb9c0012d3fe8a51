Feature: Looking through a lens
  A lens groups the evidence as a school of thought does; every facet is an opinion with its doubt and its evidence.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: The lenses that there are, with their sources
    When I run the program: lens --format json
    Then the lenses are: gears, gibbs-humphries, hamel, ingredients, kanter, mayer
    And the answer says: Academy of Management Review 20(3), 1995
    And the answer says: The Benchstone Gears model

  Scenario: With nothing told, every facet is unknown
    When I type: lens kanter acme-globex --format json
    Then the facet integrity of Acme is unknown
    And the facet institutionalisation of all together is unknown

  Scenario: A facet says what it rests on
    Given I typed: fit acme-globex markets good
    When I type: lens gears acme-globex --format json
    Then the facet Fit: markets of Acme is fair
    And the latest evidence of Fit: markets is markets-good of entry 3
    And the facet Fit: mechanics of Acme is unknown

  Scenario: Which cog holds the others back
    Given I typed: fit acme-globex markets good
    And I typed: fit acme-globex people good
    And I typed 4 times: plan agree acme-globex --objective "100 leads" --measure "leads a month"
    When I type: lens gears acme-globex --format table
    Then the answer says: Momentum (weak) holds back Fit (fair) and Planning (firm).

  Scenario: A policy may bring a lens of its own
    Given a file "mine.toml" with the shipped policy and a lens "ours" whose facet "Keeps its word" weighs kept and broken
    And I typed: commit acme-globex "the brand guide" --by Acme
    And I typed: deliver acme-globex brand
    When I type: lens ours acme-globex --policy mine.toml --format json
    Then the facet Keeps its word of Acme is unknown
    And the latest evidence of Keeps its word is kept of entry 4

  Scenario: A lens that nobody knows
    When I type: lens mayr acme-globex
    Then it is not understood: there is no lens 'mayr'
    And the advice is: did you mean mayer?
