"""Finance files as checked figures: every problem of every file at once, with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.finance.blocks import FinanceEntry
from engine.finance.consistency import authority_problems, national_problems, printed_problems
from engine.finance.national_schema import NationalFinance
from engine.finance.printed_schema import PrintedFigures
from engine.finance.schema import AuthorityFinance
from engine.rulebook.documents import RENAMED_KEYS, Document, load_documents
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.misfits import misfit
from engine.rulebook.problems import RulebookError, RulebookProblem, Said, said
from models.rulebook import Place
from models.terms import Authority

__all__ = ["Finance", "load_finance"]

EntryT = TypeVar("EntryT", bound=FinanceEntry)

_WRITTEN = {inner: written for written, inner in RENAMED_KEYS.items()}
_OF_MODELS = frozenset(
    {
        "[key]",
        "str",
        "Text",
        "rate",
        "municipal_closure",
        "takeover",
        "regional_closure",
        "unit_closure",
    }
)
"""Steps of an error's path that only the models know of."""
_SENTENCES = {
    "finance_not_a_number": "number",
    "finance_ends_before": "ends_before",
    "finance_weights_fall": "weights_fall",
    "finance_nobody_pays": "nobody_pays",
    "finance_one_origin": "one_origin",
    "finance_small_base": "small_base",
    "finance_misprint": "misprint_unclear",
    "finance_not_a_share": "not_a_share",
    "finance_offers_or_parts": "offers_or_parts",
    "finance_children_and_budget": "children_and_budget",
    "finance_follows_from_nothing": "follows_from_nothing",
    "finance_uneven": "uneven",
    "finance_not_positive": "not_positive",
    "finance_not_a_part": "not_a_part",
    "finance_far_off": "far_off",
    "finance_not_all_five": "not_all_five",
}
_WHOLE = frozenset({"int_type", "int_from_float"})


@dataclass(frozen=True)
class Finance:
    """The national figures, each authority's own, and what the sources print of them.

    `documents` are the files they came from, by authority, for lines; an authority without a file
    has no entry.
    """

    national: NationalFinance
    authorities: dict[Authority, AuthorityFinance]
    printed: tuple[tuple[Document, PrintedFigures], ...]
    national_document: Document
    documents: dict[Authority, Document]

    def of(self, authority: Authority) -> AuthorityFinance:
        """An authority's own figures; none where it has no file."""
        found = self.authorities.get(authority)
        return AuthorityFinance(authority=authority) if found is None else found


def load_finance(folder: Path | None = None, *, authority_files: Iterable[Path] = ()) -> Finance:
    """The finance files of a rulebook folder; the shipped ones where it has none.

    A file in `authority_files` takes the place of the shipped one of the same authority. Raises
    RulebookError with everything that is wrong.
    """
    rules = default_rulebook_folder() if folder is None else folder.resolve()
    if not (rules / "finance").is_dir():
        rules = default_rulebook_folder()
    room = rules / "finance"
    shipped = [*sorted((room / "authorities").glob("*.yaml"))]
    printed = [*sorted((room / "printed").glob("*.yaml"))]
    documents = load_documents(rules, [room / "national.yaml", *shipped, *printed])
    problems: list[RulebookProblem] = []
    own = [_own_document(path, problems) for path in authority_files]

    by_place = {document.file: document for document in documents}
    national_document = by_place[_name(rules, room / "national.yaml")]
    national = _built(NationalFinance, national_document, problems)
    authorities: dict[Authority, tuple[Document, AuthorityFinance]] = {}
    for documents_of_a_sort in ([by_place[_name(rules, path)] for path in shipped], own):
        seen: dict[Authority, Document] = {}
        for document in documents_of_a_sort:
            built = None if document is None else _built(AuthorityFinance, document, problems)
            if document is None or built is None:
                continue
            if built.authority in seen:
                first = seen[built.authority].file
                what = said("finance.authority_twice", authority=built.authority, first=first)
                problems.append(RulebookProblem(document.place_of(("authority",)), what))
            seen[built.authority] = document
            authorities[built.authority] = (document, built)
    figures: list[tuple[Document, PrintedFigures]] = []
    for path in printed:
        document = by_place[_name(rules, path)]
        page = _built(PrintedFigures, document, problems)
        if page is not None:
            figures.append((document, page))
            problems += printed_problems(document, page)
    if national is not None:
        problems += national_problems(national_document, national)
        for document, built in authorities.values():
            problems += authority_problems(document, built, national, rules=rules)
    if problems or national is None:
        raise RulebookError(problems)
    return Finance(
        national=national,
        authorities={word: built for word, (_, built) in authorities.items()},
        printed=tuple(figures),
        national_document=national_document,
        documents={word: document for word, (document, _) in authorities.items()},
    )


def _own_document(path: Path, problems: list[RulebookProblem]) -> Document | None:
    """Somebody's own file, called as it was typed."""
    try:
        return load_documents(path.parent, [path])[0]._replace(file=str(path))
    except RulebookError as error:
        for problem in error.problems:
            place = Place(file=str(path), line=problem.place.line)
            problems.append(problem._replace(place=place))
        return None


def _name(rules: Path, path: Path) -> str:
    return path.relative_to(rules.parent).as_posix()


def _built(
    model: type[EntryT], document: Document, problems: list[RulebookProblem]
) -> EntryT | None:
    """A document as its model; what does not fit becomes problems."""
    if not isinstance(document.data, dict):
        problems.append(RulebookProblem(document.place_of(), said("rulebook.no_lines")))
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(step for step in detail["loc"] if step not in _OF_MODELS)
            problems.append(RulebookProblem(document.place_of(path), _in_words(path, detail)))
        return None


def _in_words(path: tuple[int | str, ...], detail: Any) -> Said:
    named = [_WRITTEN.get(str(step), str(step)).replace("_", " ") for step in path]
    where = " > ".join(str(int(s) + 1) if s.isdigit() else s for s in named) or "entry"
    if detail["type"] in _SENTENCES:
        code = f"finance.{_SENTENCES[detail['type']]}"
        return said(code, where=where, value=_shown(detail.get("input")))
    if detail["type"] in _WHOLE:
        return said("finance.whole_number", where=where, value=_shown(detail.get("input")))
    if detail["type"] == "union_tag_not_found":
        return said("misfit.missing", where=f"{where} > kind")
    if detail["type"] == "union_tag_invalid":
        expected = detail["ctx"]["expected_tags"]
        value = _shown(detail["ctx"]["tag"])
        return said("misfit.not_a_word", where=f"{where} > kind", value=value, allowed=expected)
    return misfit(where, detail)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
