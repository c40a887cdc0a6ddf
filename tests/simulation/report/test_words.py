"""Everything a report says stands in the catalogue, in both languages, with the same blanks."""

import re
from pathlib import Path

import pytest

from engine.rulebook.catalogue import STANDARD_RULES
from engine.rulebook.documents import plain_document
from engine.simulation import report
from engine.simulation.assumptions import load_assumptions
from engine.simulation.margins import load_margins
from engine.simulation.report.texts import CATALOGUE_FILES, Texts
from engine.simulation.tables import SCHEMAS, Measure

CATALOGUES = {
    name: plain_document(STANDARD_RULES / "catalogue" / f"{name}.yaml") for name in CATALOGUE_FILES
}
ENTRIES = {
    f"{section}.{code}": entry
    for sections in CATALOGUES.values()
    for section, codes in sections.items()
    for code, entry in codes.items()
}
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in Path(report.__file__).parent.iterdir()
    if path.suffix in (".py", ".jinja")
)


def test_no_section_stands_in_two_files():
    sections = [name for catalogue in CATALOGUES.values() for name in catalogue]
    assert len(sections) == len(set(sections))


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_a_sentence_has_two_languages_with_the_same_blanks(code):
    entry = ENTRIES[code]
    assert set(entry) == {"da", "en"}
    blanks = [set(re.findall(r"{(\w+)}", str(entry[lang]))) for lang in ("da", "en")]
    assert blanks[0] == blanks[1]
    if isinstance(entry["da"], list):
        assert len(entry["da"]) == len(entry["en"])


def test_every_measure_column_and_table_has_a_word():
    texts = Texts("da")
    assert all(texts.has("measures", measure) for measure in Measure)
    assert set(CATALOGUES["report-words"]["measures"]) == set(Measure)
    columns = {column for schema in SCHEMAS.values() for column in schema.names}
    assert columns <= set(CATALOGUES["report-words"]["columns"])
    assert set(CATALOGUES["report-words"]["sheets"]) == set(SCHEMAS)
    assert set(CATALOGUES["report-words"]["sheets_explained"]) == set(SCHEMAS)


def test_every_fixed_code_in_the_program_is_in_the_catalogue():
    asked = set(re.findall(r"""said\(\s*["']([a-z_]+\.[a-z_]+)["']""", SOURCES))
    assert len(asked) > 80
    assert asked <= set(ENTRIES)


def test_no_sentence_is_left_over():
    made = {"sections", "words", "measures", "columns", "sheets", "sheets_explained", "facts"}
    made |= {"cut_measures", "theme_groups", "units", "moves", "workbook", "assumptions", "fit"}
    made |= {"curves", "decides", "charts", "axes", "marks", "notes"}
    named = set(re.findall(r"[a-z_]+\.[a-z_]+", SOURCES))
    prefixes = ("summary.undetected_", "harm.by_", "greens.", "summary.")
    left = [
        code
        for code in ENTRIES
        if code.split(".")[0] not in made and code not in named and not code.startswith(prefixes)
    ]
    assert left == []


def test_an_unknown_word_is_shown_as_it_is():
    texts = Texts("da")
    assert texts.word("theme_group", "all") == "alle"
    assert texts.word("theme_group", "another_group") == "another group"
    assert texts.word("kind", "another_kind") == "another kind"
    assert texts.word("kind", "foster_family") == "plejefamilie"
    assert texts.cut_measure("hours") == "timerne"
    assert texts.listed(["a", "b", "c"]) == "a, b og c"


def test_every_unit_of_what_is_assumed_or_published_has_a_word():
    texts = Texts("da")
    units = {entry.unit for entry in load_assumptions().quantities.values()}
    units |= {margin.unit for margin in load_margins()}
    assert {unit for unit in units if not texts.has("units", unit)} == set()
