"""Every problem can be said in both languages, with the same blanks to fill."""

import re
from pathlib import Path
from string import Formatter

import pytest

from engine.rulebook.catalogue import STANDARD_RULES
from engine.rulebook.documents import plain_document

WORDS = plain_document(STANDARD_RULES / "catalogue" / "problems.yaml")
SOURCE = Path(__file__).parents[2] / "engine" / "portfolio"


def blanks(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("section", sorted(WORDS))
def test_both_languages_have_the_same_blanks(section):
    for code, entry in WORDS[section].items():
        assert set(entry) == {"da", "en"}, code
        assert blanks(entry["da"]) == blanks(entry["en"]), code


def test_every_message_is_used_and_none_is_missing():
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py"))
    unused = [name for name in WORDS["messages"] if f'"{name}"' not in code]
    assert unused == []
    said = re.findall(r'(?:CellError|source|_report)\(\s*(?:\w+, )*"([a-z_0-9]+)"', code)
    assert said
    assert set(said) <= set(WORDS["messages"])
