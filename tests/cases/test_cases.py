"""Every worked case shipped with the rulebook gives its answer, and every rule has a case."""

import pytest

from engine.analysis.case_run import CaseResult, run_cases
from engine.rulebook.load import default_rulebook_folder, load_rulebook

FOLDER = default_rulebook_folder()
RUN = (
    run_cases(FOLDER / "cases", load_rulebook()) if any((FOLDER / "cases").glob("*.yaml")) else None
)
RESULTS = RUN.results if RUN is not None else ()


@pytest.mark.parametrize("result", RESULTS, ids=[result.case.sentence for result in RESULTS])
def test_case_gives_its_answer(result: CaseResult) -> None:
    place = result.case.place
    assert not result.failures, f"{place.file}:{place.line}: " + "; ".join(result.failures)


def test_every_rule_is_named_by_a_case() -> None:
    assert RUN is not None, "rules/cases/ holds no cases"
    assert RUN.uncovered == (), "no case names these rules under 'rules:'"
