Feature: Planning together
  Objectives, how they are measured, who leads, and looking together at how it is going.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A plan is agreed
    When I type: plan agree acme-globex --objective "500 leads" --objective "two chains" --measure "leads a month" --lead p-jane
    Then it is recorded: A plan was agreed: 500 leads and two chains; measured by leads a month; led by p-jane
    And the answer says: next: pledger plan review acme-globex

  Scenario: The plan is reviewed
    Given I typed: plan agree acme-globex --objective "500 leads"
    When I type: plan review acme-globex "On track; webinar moved to June"
    Then it is recorded: The plan was reviewed: On track; webinar moved to June

  Scenario: There is no plan yet
    When I type: plan review acme-globex "On track"
    Then it is refused: there is no plan to review
    And the advice is: agree on one first: pledger plan agree acme-globex --objective ...

  Scenario: A plan without an objective is none
    When I type: plan agree acme-globex --measure "leads a month"
    Then it is not understood: --objective is missing
    And the advice is: for example: pledger plan agree acme-globex --objective "500 leads" --measure "qualified leads a month" --lead p-jane

  Scenario: A person is told by id, never by name
    When I type: plan agree acme-globex --objective "500 leads" --lead "Jane Doe"
    Then it is not understood: --lead cannot be 'Jane Doe': small letters, digits and hyphens only
    And the advice is: for example: pledger plan agree acme-globex --objective "500 leads" --measure "qualified leads a month" --lead p-jane

  Scenario Outline: Each of these works as a program of its own
    Given I typed: plan agree acme-globex --objective "500 leads"
    When I run the program: <typed>
    Then it is recorded: <sentence>

    Examples:
      | typed                                    | sentence                       |
      | plan agree acme-globex --objective More  | A plan was agreed: More        |
      | plan review acme-globex                  | The plan was reviewed          |
