Feature: The ledger, its policy, and one's own settings
  One file holds the ledger. It is made on first use, by name and time zone if wanted; one's own defaults are kept beside.

  Background:
    Given today is Monday, 2026-03-02

  Scenario: A ledger with a name and a time zone
    When I type: init --name "Alliances" --time-zone Europe/Berlin
    Then the answer says: made the ledger 'Alliances' in
    And the answer says: its days are those of Europe/Berlin
    And 1 entries are recorded

  Scenario: A ledger is made by the first partnership
    When I type: open acme-globex --party Acme --party Globex --purpose "joint launch"
    Then it is recorded: Acme and Globex became partners: joint launch
    And 2 entries are recorded

  Scenario: A ledger is made once
    Given I typed: init --name "Alliances" --time-zone Europe/Berlin
    When I type: init --name "Alliances"
    Then it is refused: there is a ledger already, 'Alliances', with the days of Europe/Berlin
    And the advice is: use it as it is, or name another place: pledger --ledger PATH init

  Scenario: A time zone that there is not
    When I type: init --time-zone Europe/Berln
    Then it is not understood: 'Europe/Berln' is not a time zone
    And the advice is: did you mean Europe/Berlin or Europe/Dublin or Europe/Belfast?

  Scenario: A policy is adopted, with the reason
    Given a file "mine.toml" with the shipped policy
    When I type: policy adopt mine.toml --why "we score as shipped"
    Then it is recorded: The policy “default” was adopted: we score as shipped
    And the answer says: next: pledger portfolio

  Scenario: A policy is not adopted without a reason
    Given a file "mine.toml" with the shipped policy
    When I type: policy adopt mine.toml
    Then it is not understood: --why is missing
    And the advice is: say why, for those who ask later

  Scenario: A setting is kept, shown and taken out
    When I type: config partnership acme-globex
    Then the answer says: partnership  acme-globex
    When I type: config partnership --unset
    Then the answer says: (not set)

  Scenario Outline: Settings that cannot be
    When I type: config <told>
    Then it is not understood: <reason>
    And the advice is: <advice>

    Examples:
      | told              | reason                                       | advice                                                                                 |
      | partnersip acme   | there is no setting 'partnersip'             | did you mean partnership? the settings are: ledger, me, partnership                    |
      | me ""             | me cannot be ''                              | give characters that can be shown; to have none: pledger config me --unset             |
      | me p-jane --unset | --unset takes a setting's name and no value  | pledger config KEY --unset                                                             |

  @file
  Scenario: There is no ledger yet
    When I type: meet acme-globex
    Then the ledger cannot be used: there is no ledger
    And the advice is: make one with: pledger init (opening a partnership makes one, too), or name one with --ledger

  Scenario Outline: A place that cannot hold a ledger
    Given a file "notes.txt" that says: We met on Monday, and it went well.
    When I type: --ledger <place> open acme-globex --party Acme --party Globex --purpose "joint launch"
    Then the ledger cannot be used: <reason>
    And the advice is: <advice>

    Examples:
      | place                | reason                                         | advice                                                         |
      | .                    | it is a folder                                 | name a file in it with --ledger                                |
      | notes.txt            | file is not a database                         | name a ledger with --ledger; this file is something else       |
      | mysql://localhost/x  | no ledger can be kept there                    | give the path of a file, or a postgresql:// URL                |

  Scenario: Another program's database is left alone
    Given a database "crm.sqlite" of another program
    When I type: --ledger crm.sqlite open acme-globex --party Acme --party Globex --purpose "joint launch"
    Then the ledger cannot be used: it holds something else than a ledger
    And the advice is: name another file with --ledger, or make a ledger there with: pledger init

  Scenario: An empty file is no ledger yet
    Given an empty file "empty.sqlite"
    When I type: --ledger empty.sqlite meet acme-globex
    Then the ledger cannot be used: there is no ledger in it yet
    And the advice is: name another file with --ledger, or make a ledger there with: pledger init

  Scenario: Nobody records namelessly
    When I type: open acme-globex --party Acme --party Globex --purpose "joint launch" --me " "
    Then it is not understood: the name of who records is empty
    And the advice is: tell one with --me, or leave --me out

  Scenario: Others keep writing
    Given the partnership acme-globex of Acme and Globex
    And others keep writing at the same time
    When I type: meet acme-globex
    Then it is refused: others kept writing to acme-globex at the same time; nothing was recorded
    And the advice is: try again when they have finished

  Scenario Outline: An entry whose bytes were altered is never guessed at
    Given the partnership acme-globex of Acme and Globex
    And the stored <column> of entry 2 was overwritten with: <value>
    When I type: log acme-globex
    Then the ledger is damaged: <what>
    And the advice is: <advice>

    Examples:
      | column | value                            | what                                                                            | advice                                                                  |
      | topic  | partnership-dreamt               | the stored fact 'partnership-dreamt' is unknown                                 | read it with a newer version of pledger                                 |
      | state  | {"fact_version": 2, "fact": {}}  | the stored fact 'partnership-opened' has version 2; this pledger knows 1        | read it with a newer version of pledger                                 |
      | state  | {"fact_version": 1}              | the stored bytes cannot be read: 'fact' is missing                                         | restore the ledger from a backup that was taken before the damage       |

  @file
  Scenario: A file of which a part is lost
    Given the partnership acme-globex of Acme and Globex
    And the end of the ledger's file was lost
    When I type: log acme-globex
    Then the ledger is damaged: the database is damaged: database disk image is malformed
    And the advice is: restore it from a backup

  Scenario: Every partnership, read by a program that wants the first line only
    Given the partnership acme-globex of Acme and Globex
    When I run in a shell: pledger portfolio --format tsv | head -n 1
    Then the answer says: partnership

  Scenario Outline: Each of these works as a program of its own
    Given the partnership acme-globex of Acme and Globex
    And a file "mine.toml" with the shipped policy
    When I run the program: <typed>
    Then the answer says: <answer>

    Examples:
      | typed                                          | answer                                        |
      | --ledger other.sqlite init --name Other        | made the ledger 'Other'                       |
      | config me p-jane                               | p-jane                                        |
      | policy adopt mine.toml --why "as shipped"      | The policy “default” was adopted: as shipped  |
      | completion bash                                | _PLEDGER_COMPLETE                             |
      | show acme-globex --as-of +9y --known-at +9y    | acme-globex                                   |
      | log acme-globex --as-of +9y --known-at +9y     | partnership-opened                            |
      | commitments                                    | commitment                                    |
      | portfolio --as-of +9y --known-at +9y           | acme-globex                                   |
      | facts                                          | commitment-made                               |
      | --ledger demo.sqlite demo                      | Ask it more                                   |
      | --version                                      | pledger 0                                     |
      | --help                                         | Record the partnership itself                 |
