"""Every defect of a rulebook is said on its line, in words that tell how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rulebook.check import check_rulebook
from engine.rulebook.load import load_rulebook
from tests.rulebook.bad.planting import Change, good_rulebook, messages

SIGNALS, CATEGORY, VISITS = "signals/all.yaml", "category/all.yaml", "visits/all.yaml"
SAMPLES, SANCTIONS, PARAMETERS = "samples/all.yaml", "sanctions/all.yaml", "parameters/all.yaml"
CONCERN = "any concern: {open: yes, severity: serious}\n    then: {signal: serious}"


def signal_when(condition: str) -> Change:
    """The first signal's condition replaced; it stands in line 6, the rule in line 2."""
    return Change(SIGNALS, CONCERN, f"{condition}\n    then: {{signal: serious}}")


ONE_OF_THEM = "a visit needs 'every days', 'within days' or 'times a year', one of them"
EVERY = "      every days: parameter visits.interval_days\n"
OF_TRIGGER = "      counted from: trigger\n      trigger field: received_on\n"


def of_subject(field: str) -> str:
    """A deadline counted from a day of the subject."""
    return f"      counted from: subject_day\n      subject field: {field}\n"


MANY = "      - {from: 2022-01-01, value: 2,"


CASES = {
    "unknown field": (
        signal_when("any concern: {open: yes, severitty: serious}"),
        "signals/all.yaml:2: 'severitty' is not a fact of a 'concern' that rules test; "
        "did you mean 'severity'?",
    ),
    "unknown field of the subject": (
        signal_when("needs_predictabilty: yes"),
        "signals/all.yaml:2: 'needs_predictabilty' is not a fact of a subject that rules test; "
        "did you mean 'needs_predictability'?",
    ),
    "unknown record": (
        signal_when("any concerns: {open: yes}"),
        "signals/all.yaml:2: 'concerns' is not a kind of record; did you mean 'concern'?",
    ),
    "unknown word": (
        signal_when("any concern: {severity: seriuos}"),
        "signals/all.yaml:2: 'seriuos' is not a word of 'severity'; did you mean 'serious'?",
    ),
    "unknown word of a register": (
        signal_when("any concern: {theme: competencies}"),
        "signals/all.yaml:2: 'competencies' is not a word of 'theme'; did you mean 'competences'?",
    ),
    "a number where a flag is": (
        signal_when("any concern: {open: 1}"),
        "signals/all.yaml:2: 'open' is yes or no, not 1",
    ),
    "a word where a number is": (
        signal_when("any concern: {received_age_days: {at least: old}}"),
        "signals/all.yaml:2: 'received_age_days' is a whole number, not 'old'",
    ),
    "a flag where a number is": (
        signal_when("last_visit_age_days: yes"),
        "signals/all.yaml:2: 'last_visit_age_days' is a whole number, not True",
    ),
    "a number where a word is": (
        signal_when("authority: 3"),
        "signals/all.yaml:2: 'authority' is a word, not 3",
    ),
    "at least on a word": (
        signal_when("any concern: {severity: {at least: serious}}"),
        "signals/all.yaml:2: 'severity' is not a number; 'at least' and 'at most' need one",
    ),
    "outside the bounds": (
        signal_when("any score: {value: {at most: 6}}"),
        "signals/all.yaml:2: 6 lies outside 'value', which goes from 0 to 5",
    ),
    "unknown parameter": (
        Change(SIGNALS, "parameter concerns.many", "parameter concerns.meny"),
        "signals/all.yaml:12: there is no parameter 'concerns.meny'; did you mean 'concerns.many'?",
    ),
    "parameter of a wrong type": (
        signal_when("any concern: {received_age_days: {at least: parameter duty.sample_counts}}"),
        "signals/all.yaml:2: parameter 'duty.sample_counts' is False from 2022-01-01; "
        "a whole number is needed here",
    ),
    "a number parameter for a flag": (
        signal_when("any concern: {open: parameter concerns.many}"),
        "signals/all.yaml:2: parameter 'concerns.many' is 2 from 2022-01-01; "
        "yes or no is needed here",
    ),
    "unknown signal": (
        Change(SANCTIONS, "when: {signal: serious}", "when: {signal: seriouss}"),
        "sanctions/all.yaml:21: no rule raises the signal 'seriouss'; did you mean 'serious'?",
    ),
    "a signal in a signal rule": (
        signal_when("signal: many"),
        "signals/all.yaml:2: signal 'many' cannot be asked for here; signals rest on facts alone",
    ),
    "the category in a colour rule": (
        Change(CATEGORY, "when: {signal: [serious, many]}", "when: {category: red}"),
        "category/all.yaml:2: the category is not decided yet here; "
        "only later rules may ask for it",
    ),
    "the category in a signal rule": (
        signal_when("category: red"),
        "signals/all.yaml:2: the category is not decided yet here; only later rules may ask for it",
    ),
    "a field that kind lacks": (
        signal_when("any concern: {open: yes}\n      places: 8"),
        "signals/all.yaml:2: 'places' is not a fact of foster_family; narrow 'applies to'",
    ),
    "use of force": (
        signal_when("any force report: {}"),
        "signals/all.yaml:2: no rule may test 'force_report': use of force enters only through "
        "indicators 6a and 6b (000_0be2027a0e412987.txt:3352-3363)",
    ),
    "appeals": (
        signal_when("no appeal: {}"),
        "signals/all.yaml:2: no rule may test 'appeal': an appeal says nothing of quality",
    ),
    "who raised a concern": (
        signal_when("any concern: {source: whistleblower}"),
        "signals/all.yaml:2: 'source' is not a fact of a 'concern' that rules test",
    ),
    "whether a concern is anonymous": (
        signal_when("any concern: {anonymous: yes}"),
        "signals/all.yaml:2: 'anonymous' is not a fact of a 'concern' that rules test",
    ),
    "free text": (
        signal_when("any concern: {text: known}"),
        "signals/all.yaml:2: 'text' is not a fact of a 'concern' that rules test",
    ),
    "a day instead of its age": (
        signal_when("any concern: {dialogue_on: known}"),
        "signals/all.yaml:2: 'dialogue_on' is not a fact of a 'concern' that rules test; "
        "did you mean 'dialogue_age_days'?",
    ),
    "an id twice": (
        Change(CATEGORY, "id: category.serious", "id: signals.many"),
        "signals/all.yaml:12: 'signals.many' stands already in rules/category/all.yaml:2; "
        "give it another id",
    ),
    "a parameter twice": (
        Change(
            PARAMETERS,
            "id: concerns.many",
            "id: concerns.many\n"
            '    title: {da: "x", en: "x"}\n    unit: number\n    values:\n'
            f"{MANY} basis: law, sources: [x], reviewed: 2026-01-31}}\n  - id: concerns.many",
        ),
        "parameters/all.yaml:43: parameter 'concerns.many' stands already in "
        "rules/parameters/all.yaml:38; give one of them another id",
    ),
    "a precondition's id twice": (
        Change(SANCTIONS, "- id: seen", "- id: dialogue"),
        "sanctions/all.yaml:34: the precondition 'dialogue' stands already in "
        "rules/sanctions/all.yaml:30; give it another id",
    ),
    "a period that ends before it begins": (
        Change(CATEGORY, "from: 2022-01-01", "from: 2024-01-01\n    until: 2023-12-31"),
        "category/all.yaml:2: ends 2023-12-31, before it begins 2024-01-01",
    ),
    "values out of order": (
        Change(
            PARAMETERS,
            MANY,
            f"{MANY} basis: law, sources: [x], reviewed: 2026-01-31}}\n"
            '      - {from: 2025-01-01, value: 3, basis: law, sources: ["x"], '
            f"reviewed: 2026-01-31}}\n{MANY}",
        ),
        "parameters/all.yaml:38: the values must stand in order of their days",
    ),
    "no value for the first days": (
        Change(PARAMETERS, MANY, MANY.replace("2022", "2023")),
        "parameters/all.yaml:38: no value before 2023-01-01; the rulebook answers from 2022-01-01",
    ),
    "an engine parameter is missing": (
        Change(PARAMETERS, "id: assessment.fresh_days", "id: assessment.days"),
        "parameters:1: parameter 'assessment.fresh_days' is missing; the planner needs it",
    ),
    "neither every nor within": (
        Change(VISITS, "      every days: parameter visits.interval_days\n", ""),
        f"visits/all.yaml:2: {ONE_OF_THEM}",
    ),
    "every and within": (
        Change(VISITS, "      within days: 30\n", "      within days: 30\n      every days: 60\n"),
        f"visits/all.yaml:16: {ONE_OF_THEM}",
    ),
    "within and times": (
        Change(
            VISITS, "      within days: 30\n", "      within days: 30\n      times a year: places\n"
        ),
        f"visits/all.yaml:16: {ONE_OF_THEM}",
    ),
    "a day of the subject without its field": (
        Change(VISITS, OF_TRIGGER, "      counted from: subject_day\n"),
        "visits/all.yaml:16: 'counted from: subject_day' and 'subject field' go together",
    ),
    "a field of the subject that nothing counts from": (
        Change(
            VISITS,
            "      within days: 30\n",
            "      within days: 30\n      subject field: applied_on\n",
        ),
        "visits/all.yaml:16: 'counted from: subject_day' and 'subject field' go together",
    ),
    "unknown day of the subject": (
        Change(VISITS, OF_TRIGGER, of_subject("[approved_on, aplied_on]")),
        "visits/all.yaml:16: 'aplied_on' is not a day of social_offer; write e.g. applied_on",
    ),
    "a number where a day of the subject is": (
        Change(VISITS, OF_TRIGGER, of_subject("places")),
        "visits/all.yaml:16: 'places' is not a day of social_offer; write e.g. applied_on",
    ),
    "a day of another kind of subject": (
        Change(VISITS, OF_TRIGGER, of_subject("recategorised_on")),
        "visits/all.yaml:16: 'recategorised_on' is not a day of social_offer; "
        "write e.g. applied_on",
    ),
    "times a year of another kind of subject": (
        Change(VISITS, EVERY, "      times a year: places\n"),
        "visits/all.yaml:2: 'places' is not a number of foster_family; "
        "write e.g. visits_per_year_ordered",
    ),
    "times a year by a word": (
        Change(VISITS, EVERY, "      times a year: authority\n"),
        "visits/all.yaml:2: 'authority' is not a number of foster_family, social_offer; "
        "write e.g. visits_per_year_ordered",
    ),
    "how long a step stands by no number": (
        Change(
            SANCTIONS,
            "    nature: warning\n",
            "    nature: warning\n    stands days: parameter visits.no\n",
        ),
        "sanctions/all.yaml:2: there is no parameter 'visits.no'; "
        "did you mean 'visits.window_days'?",
    ),
    "trigger without its field": (
        Change(VISITS, "      trigger field: received_on\n", ""),
        "visits/all.yaml:16: 'counted from: trigger' and 'trigger field' go together",
    ),
    "unknown trigger field": (
        Change(VISITS, "trigger field: received_on", "trigger field: recieved_on"),
        "visits/all.yaml:16: 'recieved_on' is not a day of a 'concern'",
    ),
    "trigger without a quantifier": (
        Change(
            VISITS,
            "any concern: {open: yes, severity: serious}\n    then:\n      visit: follow_up",
            "no concern: {open: yes}\n    then:\n      visit: follow_up",
        ),
        "visits/all.yaml:16: 'counted from: trigger' needs a quantifier "
        "('any concern: ...') in 'when'",
    ),
    "unknown theme of a visit": (
        Change(VISITS, "      within days: 30\n", "      within days: 30\n      themes: [joy]\n"),
        "visits/all.yaml:16: 'joy' is not a theme",
    ),
    "unknown source": (
        Change(VISITS, "hear: [interview_leadership]", "hear: [interview_leader]"),
        "visits/all.yaml:16: 'interview_leader' is not a source that can be heard; "
        "did you mean 'interview_leadership'?",
    ),
    "a source that kind lacks": (
        Change(VISITS, "hear: [interview_leadership]", "hear: [interview_foster_parents]"),
        "visits/all.yaml:16: 'interview_foster_parents' is no source at a social_offer; "
        "see registers/sources.yaml",
    ),
    "unknown frame": (
        Change(SAMPLES, "frame: offers", "frame: ofers"),
        "samples/all.yaml:2: there is no frame 'ofers'; did you mean 'offers'?",
    ),
    "a stratum that is no word": (
        Change(SAMPLES, "strata: [authority, segment]", "strata: [authority, places]"),
        "samples/all.yaml:12: 'places' is not a word of the subject; a stratum needs one",
    ),
    "unknown theme of a frame": (
        Change(SAMPLES, "theme: competences", "theme: competence"),
        "samples/all.yaml:12: 'competence' is not a theme; did you mean 'competences'?",
    ),
    "a frame's source that kind lacks": (
        Change(SAMPLES, "hear: [interview_leadership]", "hear: [interview_foster_parents]"),
        "samples/all.yaml:12: 'interview_foster_parents' is no source at a social_offer; "
        "see registers/sources.yaml",
    ),
    "a step unknown for that kind": (
        Change(
            SANCTIONS,
            "applies to: [social_offer]\n    from: 2022-01-01\n    when:",
            "applies to: [social_offer, foster_family]\n    from: 2022-01-01\n    when:",
        ),
        "sanctions/all.yaml:21: the ladder does not know 'order_notice' for foster_family",
    ),
    "a step after one that is not there": (
        Change(SANCTIONS, "follows: [order_notice]", "follows: [statement]"),
        "sanctions/all.yaml:10: the ladder has no step 'statement'",
    ),
    "a precondition on an unknown field": (
        Change(SANCTIONS, "dialogue_age_days: known", "dialog_age_days: known"),
        "sanctions/all.yaml:30: 'dialog_age_days' is not a fact of a 'concern' that rules test; "
        "did you mean 'dialogue_age_days'?",
    ),
    "a floor's unknown parameter": (
        Change(
            VISITS, "interval days: parameter visits.interval_days", "interval days: parameter x"
        ),
        "visits/all.yaml:52: there is no parameter 'x'",
    ),
    "a promise on an unknown field": (
        Change(CATEGORY, "field: severity", "field: severe"),
        "category/all.yaml:12: 'severe' is not a fact of 'concern' that rules test",
    ),
    "a promise without a direction": (
        Change(CATEGORY, "    words mild to severe: [mild, serious]\n", ""),
        "category/all.yaml:12: a promise says either 'worse' or 'words mild to severe', "
        "one of them",
    ),
    "a promise on unknown words": (
        Change(CATEGORY, "[mild, serious]", "[mild, grave]"),
        "category/all.yaml:12: not all are words of 'severity'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_defect_is_said_on_its_line(case: str, tmp_path: Path) -> None:
    change, message = CASES[case]
    folder = good_rulebook(tmp_path)
    change.make(folder)
    said = messages(folder)
    assert f"rules/{message}" in said
    assert len(said) == 1, said


UNSET = (
    "rules/parameters/all.yaml:28: warning: parameter 'visits.announce_at_most_days' is unset; "
    "nothing that needs it can hold"
)


def test_the_good_rulebook_has_one_warning_a_parameter_is_unset(tmp_path: Path) -> None:
    book = load_rulebook(good_rulebook(tmp_path))
    assert [str(problem) for problem in check_rulebook(book)] == [UNSET]
    assert len(book.rules) == 9


@pytest.mark.parametrize(
    "change",
    [
        Change(VISITS, "{notice: unannounced, rank: 10,", "{notice: announced, rank: 50,"),
        Change(VISITS, "rank: 10, purposes: []", "rank: 50, purposes: [night]"),
        Change(
            VISITS,
            'en: "Unannounced"}\n    applies to: [social_offer, foster_family]',
            'en: "Unannounced"}\n    applies to: [treatment_school]',
        ),
    ],
    ids=["the same notice", "other purposes", "other kinds"],
)
def test_notices_of_one_rank_that_cannot_clash_are_fine(change: Change, tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    change.make(folder)
    if "treatment_school" in change.new:
        Change(VISITS, "rank: 10", "rank: 50").make(folder)
    assert messages(folder) == []


def test_all_defects_are_said_at_once_in_order_of_place(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    wanted = []
    for case in (
        "unknown word",
        "unknown parameter",
        "unknown frame",
        "a promise on unknown words",
    ):
        change, message = CASES[case]
        change.make(folder)
        wanted.append(f"rules/{message}")
    said = messages(folder)
    assert set(wanted) == set(said)
    assert [line.split(":")[0] for line in said] == sorted(line.split(":")[0] for line in said)


def test_what_is_not_used_is_a_warning_and_the_rulebook_loads(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    Change(CATEGORY, "signal: [serious, many]", "signal: serious").make(folder)
    Change(SIGNALS, "at least: parameter concerns.many", "at least: 2").make(folder)
    found = check_rulebook(load_rulebook(folder))
    assert sorted(str(problem) for problem in found) == [
        UNSET,
        "rules/parameters/all.yaml:38: warning: no rule uses parameter 'concerns.many'; "
        "remove it or use it",
        "rules/signals/all.yaml:12: warning: no rule asks for the signal 'many'; "
        "it decides nothing",
    ]
