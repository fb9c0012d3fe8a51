Feature: The whole history of the scores
  When the scoring changes, all of history is scored again: month by month or after everything that moved a score, for
  all partnerships or some, under any policy and by the knowledge of any moment. What that takes is kept in evidence
  pages, which can always be built anew.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A score at the end of every month, and one for now
    Given Acme promised Globex "the brand guide" by 2026-03-20
    And on 2026-03-18 somebody typed: deliver acme-globex brand
    When 2026-05-10 comes
    Then the replay has scores of Acme for: 2026-03-31, 2026-04-30, 2026-05-10
    And every replayed score is the one that is shown for that moment

  Scenario: A score at the end of every week
    Given Acme promised Globex "the brand guide" by 2026-03-10
    When 2026-03-17 comes
    And I ask for the replay with: --every week
    Then the replay has scores of Acme for: 2026-03-08, 2026-03-15, 2026-03-17
    And every replayed score is the one that is shown for that moment

  Scenario: A score after everything that moved it, deadlines too
    Given Acme promised Globex "the brand guide" by 2026-03-10
    And on 2026-03-18 somebody typed: deliver acme-globex brand
    When I ask for the replay with: --every entry
    Then the replay has scores of Acme for: 2026-03-02, 2026-03-11, 2026-03-18
    And the entries behind the scores of Acme are: 3, 3, 4
    And every replayed score is the one that is shown for that moment

  Scenario: All of history under a policy that nobody has adopted
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And Acme promised Globex "the brand guide" by 2026-03-20
    And on 2026-03-18 somebody typed: deliver acme-globex brand
    When I ask for the replay with: --policy mine.toml --as-of 2026-04-30
    Then the replay is under policy mine
    And the replayed trust in Acme for 2026-03-31 is higher than under default
    And every replayed score is the one that is shown for that moment

  Scenario: The policy in force then scores the past as it was told then
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And on 2026-04-10 somebody typed: policy adopt mine.toml --why "kept promises count more"
    When I ask for the replay with: --known-at 2026-04-09
    Then the replay is under policy default
    When I ask for the replay with: --known-at 2026-04-10
    Then the replay is under policy mine

  Scenario: What was learned later changes the past only by later knowledge
    Given Acme promised Globex "the brand guide" by 2026-03-10
    And on 2026-04-20 somebody typed: deliver acme-globex brand --on 2026-03-09
    When I ask for the replay with: --as-of 2026-04-30
    Then the replayed trust in Acme for 2026-03-31 is higher than as known on 2026-04-19
    And the replayed trust in Acme for 2026-03-31 is the same as known on 2026-04-20

  Scenario: Some partnerships only
    Given the partnership acme-hooli of Acme and Hooli
    And the partnership acme-initech of Acme and Initech
    When I ask for the replay with: --partnership acme-h --partnership acme-i
    Then the replay is of: acme-hooli, acme-initech

  Scenario: From a day on, which means its start
    Given Acme promised Globex "the brand guide" by 2026-03-10
    And on 2026-03-18 somebody typed: deliver acme-globex brand
    When I ask for the replay with: --every entry --from 2026-03-11
    Then the replay has scores of Acme for: 2026-03-11, 2026-03-18

  Scenario: A party has scores while it is a member
    Given on 2026-03-20 somebody typed: join acme-globex Initech
    And on 2026-04-20 somebody typed: leave acme-globex Globex
    When 2026-06-01 comes
    Then the replay has scores of Initech for: 2026-03-31, 2026-04-30, 2026-05-31, 2026-06-01
    And the replay has scores of Globex for: 2026-03-31
    And every replayed score is the one that is shown for that moment

  Scenario Outline: A file for other programs
    Given Acme promised Globex "the brand guide" by 2026-03-10
    When I run the program: replay --every week --as-of 2026-06-30 --known-at 2026-06-30 --format <form> --output scores
    Then nothing is said
    And the file "scores" has the replayed scores in <form>

    Examples:
      | form    |
      | json    |
      | csv     |
      | tsv     |
      | parquet |

  Scenario: Month by month as digits, for people
    Given Acme promised Globex "the brand guide" by 2026-03-10
    When I type: replay --as-of 2026-06-30 --format table
    Then the answer says: Trust, 2026-03-31 to 2026-06-30
    And the answer says: acme-globex  Acme    ·333
    And the answer says: A digit for the end of every month is trust in tenths: 7 is .70 to .79

  Scenario: Parquet is for files
    When I type: replay --format parquet
    Then it is not understood: Parquet is for files
    And the advice is: name the file with --output FILE

  Scenario: Tables are for people
    When I type: replay --format table --output scores
    Then it is not understood: a table is for people
    And the advice is: add --format csv, json, tsv or parquet to --output

  Scenario: From a moment after the one asked about
    When I type: replay --from 2026-03-01 --as-of 2026-02-01
    Then it is not understood: --from 2026-03-01 is after the moment asked about
    And the advice is: give an earlier --from, or a later --as-of

  Scenario: Where the file should be, nothing can be written
    When I type: replay --format csv --output missing/scores.csv
    Then the ledger cannot be used: the file cannot be written: No such file or directory
    And the advice is: name one in a folder that is there, may be written to and has room

  Scenario: A small ledger needs no pages
    When I run the program: rebuild --check
    Then the answer says: there are no pages yet: they begin with 4,096 entries, and fewer are read from the log

  Scenario: Pages are built when they are first needed, and rebuilding proves them
    Given Acme shared 4,200 updates with Globex
    And I typed: replay
    When I run the program: rebuild --check
    Then the answer says: rebuilt 1 evidence page of 4,096 entries
    And the answer says: 1 of 1 that were there were equal, byte for byte

  Scenario: Before any question there are none to compare with
    Given Acme shared 4,200 updates with Globex
    When I type: rebuild --check
    Then the answer says: there were none before

  Scenario: A page that differs from the log is told, and replaced
    Given Acme shared 4,200 updates with Globex
    And I typed: replay
    And the evidence page was overwritten
    When I type: rebuild --check
    Then the ledger is damaged: 1 evidence page differed from the log: the page
    And the advice is: nothing is lost, and they are replaced: answers given from them before may have been wrong
    And after that the pages are equal to the log

  Scenario: A damaged page is never believed
    Given Acme shared 4,200 updates with Globex
    And I typed: replay
    And the evidence page was overwritten
    When I ask for the replay with: --as-of 2026-03-31
    Then every replayed score is the one that is shown for that moment
    And a note says that the page is built anew

  Scenario: Two policies compared where there are pages
    Given a file "mine.toml" with the shipped policy, called mine, in which kept weighs 2
    And Acme promised Globex "the brand guide" by 2026-03-06
    And I typed: deliver acme-globex brand
    And Acme shared 4,200 updates with Globex
    When I type: policy compare mine.toml --as-of 2026-03-06 --known-at 2026-03-06 --format json
    Then the comparison has the scores that are shown under each policy
    And the entry that makes the most difference in Acme is 4
