"""What the page says is what the model does, no more."""

from pathlib import Path

import pytest

from tests.simulation.report.page_reading import page

READING = Path(__file__).parents[3] / "docs" / "reading-the-report.md"


def text_of(lang: str) -> str:
    return page(3, "da", True).text if lang == "da" else page(2, "en").text


@pytest.mark.parametrize(
    ("lang", "said", "untrue"),
    [
        ("en", "Every policy is given the same draws", "the same declines"),
        ("da", "Alle scenarier får de samme lodtrækninger", "de samme fald"),
        ("en", "amiss that supervision does not know of", "nobody has reason to visit"),
        ("da", "galt, som tilsynet ikke ved", "ingen har grund til at besøge"),
    ],
)
def test_only_what_is_so_is_said(lang, said, untrue):
    assert said in text_of(lang)
    assert untrue not in text_of(lang)


@pytest.mark.parametrize(
    ("lang", "promise"),
    [
        ("en", "no promise of what an authority does in practice"),
        ("da", "intet løfte om, hvad et socialtilsyn gør i praksis"),
    ],
)
def test_that_no_law_is_broken_is_said_to_follow_from_the_model(lang, promise):
    assert promise in text_of(lang)


def test_the_words_explained_are_those_of_the_model():
    text = " ".join(READING.read_text(encoding="utf-8").split())
    assert "| found | seen at a visit;" in text
    assert "or by a concern that came in" not in text
    assert "with something amiss that supervision does not know of" in text
