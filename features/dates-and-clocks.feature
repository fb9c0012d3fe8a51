Feature: Dates as people tell them
  Days are those of the ledger's own time zone. What could mean two days is refused, and what was understood is echoed
  with its weekday.

  Background:
    Given today is Wednesday, 2026-03-04
    And the partnership acme-globex of Acme and Globex

  Scenario Outline: When it happened
    When I type: meet acme-globex --on "<told>"
    Then the answer says: when: <understood>

    Examples:
      | told              | understood           |
      | 2026-02-27        | Fri 2026-02-27       |
      | 2026-02-27T14:30  | Fri 2026-02-27 14:30 |
      | 2026-02-27 14:30  | Fri 2026-02-27 14:30 |
      | 2026-02-27T14:30Z | Fri 2026-02-27 15:30 |
      | yesterday         | Tue 2026-03-03       |
      | Fri               | Fri 2026-02-27       |
      | last wed          | Wed 2026-02-25       |
      | -2w               | Wed 2026-02-18       |
      | 27 Feb 2026       | Fri 2026-02-27       |
      | february 27, 2026 | Fri 2026-02-27       |
      | 27.02.2026        | Fri 2026-02-27       |
      | 02/27/2026        | Fri 2026-02-27       |

  Scenario Outline: When it is due
    When I type: commit acme-globex "Send the brand guide" --by Acme --due "<told>"
    Then the answer says: due: <understood>

    Examples:
      | told       | understood     |
      | 2026-12-01 | Tue 2026-12-01 |
      | today      | Wed 2026-03-04 |
      | tomorrow   | Thu 2026-03-05 |
      | fri        | Fri 2026-03-06 |
      | wed        | Wed 2026-03-04 |
      | next wed   | Wed 2026-03-11 |
      | +2w        | Wed 2026-03-18 |
      | +1m        | Sat 2026-04-04 |
      | +1y        | Thu 2027-03-04 |

  Scenario: A date that may mean two days is refused with both
    When I type: commit acme-globex "Send the brand guide" --by Acme --due 01/02/2027
    Then it is not understood: '01/02/2027' may mean 2027-01-02 or 2027-02-01
    And the advice is: write the one that you mean

  Scenario Outline: What is no date
    When I type: meet acme-globex --on "<told>"
    Then it is not understood: '<told>' is not a date
    And the advice is: tell it like 2026-12-01, 2026-12-01T14:30, 1 dec 2026, today, yesterday, fri, next fri, last fri, +2w or -3d

    Examples:
      | told       |
      | soon       |
      | 2026-02-30 |
      | 31.02.2026 |
      | 12         |
      |            |

  Scenario: A due day has no time of day
    When I type: commit acme-globex "Send the brand guide" --by Acme --due 2026-04-01T12:00
    Then it is not understood: '2026-04-01T12:00' names a time of day where a day is wanted
    And the advice is: tell it like 2026-12-01, 2026-12-01T14:30, 1 dec 2026, today, yesterday, fri, next fri, last fri, +2w or -3d

  Scenario: A day that no calendar has room for
    When I type: commit acme-globex "Send the brand guide" --by Acme --due 9999-12-31
    Then it is refused: 9999-12-31 is at the edge of the calendar
    And the advice is: give a date between the years 2 and 9998, or none where it stands for 'never'

  Scenario: Something due today is late only tomorrow, by the days of the ledger
    Given Acme promised Globex "Send the brand guide" by 2026-03-04
    And 2026-03-05 has come
    When I type: deliver acme-globex --on 2026-03-04T23:59
    Then it is recorded: Acme kept “send-the-brand-guide”, on the day

  Scenario: Two things told for one day happened in the order of telling
    Given on 2026-03-06 somebody typed: pause acme-globex --on 2026-03-05
    When I type: resume acme-globex --on 2026-03-05
    Then it is recorded: The partnership was resumed
    When I type: meet acme-globex --on 2026-03-05
    Then it is recorded: Everybody met; it went well
