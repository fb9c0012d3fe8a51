Feature: Names as people type them
  Case never matters. A promise, goal, norm or concern is told by any part of its name that fits one open one only; a
  partnership and a party are told in full when something is recorded.

  Background:
    Given today is Monday, 2026-03-02
    And the partnership acme-globex of Acme and Globex

  Scenario: A party in lower case
    When I type: commit ACME-Globex "Send the brand guide" --by acme --to GLOBEX
    Then it is recorded: Acme promised Globex “Send the brand guide”

  Scenario: A promise told by a part of its name, and echoed in full
    Given Acme promised Globex "Send the brand guide"
    And Acme promised Globex "Train the dealers"
    When I type: deliver acme-globex Brand
    Then it is recorded: Acme kept “send-the-brand-guide”

  Scenario: The only open promise needs no name
    Given Acme promised Globex "Send the brand guide"
    When I type: deliver acme-globex
    Then it is recorded: Acme kept “send-the-brand-guide”

  Scenario Outline: A name that fits several, or that nobody told
    Given Acme promised Globex "Send the brand guide"
    And Acme promised Globex "Send the price list"
    When I type: deliver acme-globex <told>
    Then it is not understood: <reason>
    And the advice is: <advice>

    Examples:
      | told | reason                                                           | advice                                                     |
      | send | 'send' fits several: send-the-brand-guide, send-the-price-list   | type more of its name                                      |
      |      | no commitment is named                                           | name one of: send-the-brand-guide, send-the-price-list     |
      | ""   | no commitment is named                                           | name one of: send-the-brand-guide, send-the-price-list     |

  Scenario: There is no open promise at all
    When I type: deliver acme-globex
    Then it is not understood: there is no open commitment
    And the advice is: see what there is: pledger log acme-globex

  Scenario: Equal words get names of their own
    Given Acme promised Globex "Send the brand guide"
    When I type: commit acme-globex "Send the brand guide!" --by Acme
    Then it is recorded: Acme promised Globex “Send the brand guide!”
    And the answer says: commitment: send-the-brand-guide-2

  Scenario: A short name of one's own
    When I type: commit acme-globex "Ein Handbuch für Händler schreiben" --by Acme --slug handbuch
    Then it is recorded: Acme promised Globex “Ein Handbuch für Händler schreiben”
    And the answer says: commitment: handbuch
    And the open promises are: handbuch

  Scenario: A configured partnership can be left out
    Given I typed: config partnership acme-globex
    When I type: commit "Send the brand guide" --by Acme
    Then it is recorded: Acme promised Globex “Send the brand guide”
    When I type: deliver
    Then it is recorded: Acme kept “send-the-brand-guide”

  Scenario: A configured partnership does not hide the others
    Given the partnership acme-hooli of Acme and Hooli
    And I typed: config partnership acme-globex
    When I type: meet acme-hooli
    Then it is recorded: Everybody met; it went well
    And the answer says: in acme-hooli

  Scenario Outline: A misspelt name gets the nearest that there are
    When I type: <typed>
    Then it is <how>: <what>
    And the advice is: <advice>

    Examples:
      | typed                               | how            | what                                       | advice                                                                                                                            |
      | meet acme-globx                     | refused        | there is no open partnership 'acme-globx'  | did you mean acme-globex? otherwise open it first: pledger open acme-globx --party ... --party ... --purpose ...                  |
      | meet acme                           | refused        | there is no open partnership 'acme'        | type it in full when recording: acme-globex                                                                                       |
      | meet hooli                          | refused        | there is no open partnership 'hooli'       | open it first: pledger open hooli --party ... --party ... --purpose ...                                                           |
      | update acme-globex News --by Globx  | refused        | Globx is not a party                       | did you mean Globex? the parties at that time: Acme, Globex                                                                       |
      | show acme-globx                     | not understood | there is no partnership 'acme-globx'       | did you mean acme-globex?                                                                                                         |
      | comit acme-globex                   | not understood | there is no command 'comit'                | did you mean commit or commitments or config? see: pledger --help                                                                 |
      | goal shar acme-globex               | not understood | there is no command 'shar'                 | did you mean share? see: pledger goal --help                                                                                      |
      | commit acme-globex News --bye Acme  | not understood | there is no option --bye                   | did you mean --by? see: pledger commit --help                                                                                     |
      | invest acme-globex budget --by Acme --stake huge | not understood | invalid value for '--stake': 'huge' is not one of 'small', 'medium', 'large' | see: pledger invest --help                                            |

  Scenario: A text of several words without quotation marks
    When I type: commit acme-globex Send the brand guide --by Acme
    Then it is not understood: too many words: the brand guide
    And the advice is: put a text of several words in quotes: "like this"

  Scenario Outline: A partnership's name is short and plain
    When I type: open <told> --party Acme --party Hooli --purpose "a trial"
    Then it is not understood: '<shown>' cannot name a partnership
    And the advice is: use small letters, digits and hyphens, like '<like>'

    Examples:
      | told          | shown       | like       |
      | "Acme Hooli"  | acme hooli  | acme-hooli |
      | acme/hooli    | acme/hooli  | acme-hooli |
