"""The decisions as tables that people open: categories, reasons, visits, samples, proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any, Protocol

from engine.analysis.prose import Prose
from engine.decisions.samples import SampleDraw
from engine.portfolio.tables import Column, ColumnType, Rows, Table
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue
from engine.run.tally import rests_on_assumption
from models.decisions import (
    Assessment,
    Decision,
    FactUsed,
    ParameterUsed,
    ProposalStatus,
    Reason,
)
from models.rulebook import Text
from models.terms import Authority, Basis, Colour, Kind, Notice, PerformedBy

__all__ = ["DecisionTables", "GrowingRows"]

Row = tuple[Any, ...]


class GrowingRows(Rows, Protocol):
    """Where the rows of a table gather: a list, or a file for what memory cannot hold."""

    def append(self, row: Row, /) -> None:
        """One more row."""


_ENUM_OF: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "authority": Authority,
    "category": Colour,
    "proposed": Colour,
    "assessment": Assessment,
    "basis": Basis,
    "notice": Notice,
    "performed_by": PerformedBy,
    "status": ProposalStatus,
}


def _words_of(enum: type[StrEnum], catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    return {w.value: (catalogue.word(w, "da"), catalogue.word(w, "en")) for w in enum}


def _with_words(columns: tuple[Column, ...], catalogue: Catalogue) -> tuple[Column, ...]:
    """The columns with the labels of their closed sets, for workbooks."""
    return tuple(
        replace(column, type=ColumnType.WORD, words=_words_of(_ENUM_OF[column.name], catalogue))
        if column.name in _ENUM_OF
        else column
        for column in columns
    )


def _column(name: str, da: str, en: str, kind: ColumnType = ColumnType.TEXT) -> Column:
    return Column(name=name, heading_da=da, heading_en=en, type=kind)


_ID = _column("subject_id", "Id", "Id")
_KIND = _column("kind", "Art", "Kind")
_AUTHORITY = _column("authority", "Socialtilsyn", "Authority")
_DATE, _FLAG, _INTEGER = ColumnType.DATE, ColumnType.FLAG, ColumnType.INTEGER

_CATEGORY_COLUMNS = (
    _ID,
    _KIND,
    _AUTHORITY,
    _column("category", "Kategori", "Category"),
    _column("proposed", "Maskinens forslag", "Engine's proposal"),
    _column("assessment", "Vurderet", "Assessment"),
    _column("assessed_on", "Senest vurderet", "Last assessed", _DATE),
    _column("reasons", "Begrundelse", "Reasons"),
    _column("overridden_by", "Justeret af", "Overridden by"),
    _column("override_expires_on", "Justering udløber", "Override expires", _DATE),
    _column("visits", "Besøg i perioden", "Visits in the period", _INTEGER),
    _column("next_visit_latest", "Næste besøg senest", "Next visit at the latest", _DATE),
    _column("floor_due_on", "Lovens seneste dag", "Last lawful day", _DATE),
    _column("proposals", "Sanktionsforslag", "Sanction proposals", _INTEGER),
    _column("rests_on_assumption", "Hviler på antagelse", "Rests on an assumption", _FLAG),
)
_REASON_COLUMNS = (
    _ID,
    _column("category", "Kategori", "Category"),
    _column("rule", "Regel", "Rule"),
    _column("title", "Fordi", "Because"),
    _column("facts", "Fakta", "Facts"),
    _column("parameters", "Parametre", "Parameters"),
    _column("basis", "Grundlag", "Basis"),
    _column("sources", "Kilde", "Source"),
    _column("rests_on_assumption", "Hviler på antagelse", "Rests on an assumption", _FLAG),
)
_VISIT_COLUMNS = (
    _ID,
    _KIND,
    _AUTHORITY,
    _column("category", "Kategori", "Category"),
    _column("no", "Nr.", "No.", _INTEGER),
    _column("purposes", "Formål", "Purposes"),
    _column("earliest", "Tidligst", "Earliest", _DATE),
    _column("latest", "Senest", "Latest", _DATE),
    _column("overdue", "Overskredet", "Overdue", _FLAG),
    _column("notice", "Anmeldt eller uanmeldt", "Notice"),
    _column("notice_reason", "Fordi", "Reason for the notice"),
    _column("announce_not_before", "Anmeld tidligst", "Announce no earlier than", _DATE),
    _column("department", "Afdeling", "Department", _INTEGER),
    _column("themes", "Temaer", "Themes"),
    _column("methods", "Metoder", "Methods"),
    _column("hear", "Kilder der høres", "Sources to hear"),
    _column("documents", "Dokumenter der bedes om", "Documents asked for"),
    _column("performed_by", "Udføres af", "Performed by"),
    _column("at_most_minutes", "Højst minutter", "At most minutes", _INTEGER),
    _column("reasons", "Begrundelse", "Reasons"),
)
_SAMPLE_COLUMNS = (
    _column("frame", "Stikprøve", "Frame"),
    _column("stratum", "Stratum", "Stratum"),
    _ID,
    _column("rank_key", "Rangnøgle (SHA-256)", "Rank key (SHA-256)"),
    _column("inclusion_probability", "Udtrækningschance", "Inclusion probability"),
    _column("drawn", "Udtrukket", "Drawn", _FLAG),
    _column("seed", "Frø", "Seed", _INTEGER),
    _column("frame_title", "Stikprøvens navn", "Frame's title"),
)
_PROPOSAL_COLUMNS = (
    _ID,
    _KIND,
    _AUTHORITY,
    _column("step", "Skridt", "Step"),
    _column("status", "Status", "Status"),
    _column("met", "Opfyldte betingelser", "Preconditions met"),
    _column("missing", "Manglende betingelser", "Preconditions missing"),
    _column("bypassed", "Fraveget akut", "Bypassed acutely"),
    _column("next", "Et menneske skal nu", "A person must now"),
    _column("themes", "Temaer", "Themes"),
    _column("at_most_days", "Højst dage", "At most days", _INTEGER),
    _column("warn", "Bemærk", "Note"),
    _column("reason", "Begrundelse", "Reason"),
)


_TABLES = (
    ("categories", ("Kategorier", "Categories"), _CATEGORY_COLUMNS),
    ("reasons", ("Begrundelser", "Reasons"), _REASON_COLUMNS),
    ("visits", ("Tilsynsplan", "Visit plan"), _VISIT_COLUMNS),
    ("samples", ("Stikprøver", "Samples"), _SAMPLE_COLUMNS),
    ("proposals", ("Sanktionsforslag", "Sanction proposals"), _PROPOSAL_COLUMNS),
)


class DecisionTables:
    """The tables of a run, filled decision by decision, in the language of `prose`."""

    def __init__(
        self, *, book: Rulebook, prose: Prose, new_rows: Callable[[], GrowingRows] = list
    ) -> None:
        self._writer = _Writer(book, prose)
        self._catalogue = prose.words.catalogue
        self._da = prose.words.lang == "da"
        self._new_rows = new_rows
        self._categories, self._reasons = new_rows(), new_rows()
        self._visits, self._proposals = new_rows(), new_rows()

    def add(self, decision: Decision) -> None:
        """The rows of one more subject; subjects come in order of id."""
        writer = self._writer
        self._categories.append(writer.category(decision))
        for row in writer.reasons(decision):
            self._reasons.append(row)
        for row in writer.visits(decision):
            self._visits.append(row)
        for row in writer.proposals(decision):
            self._proposals.append(row)

    def tables(self, draw: SampleDraw) -> tuple[Table, ...]:
        """All of them, once every decision is there."""
        samples = self._new_rows()
        for row in self._writer.samples(draw):
            samples.append(row)
        rows = (self._categories, self._reasons, self._visits, samples, self._proposals)
        return tuple(
            Table(
                name=name,
                title=title[0 if self._da else 1],
                columns=_with_words(columns, self._catalogue),
                rows=of_table,
            )
            for (name, title, columns), of_table in zip(_TABLES, rows, strict=True)
        )


_MOST_REMEMBERED = 20_000


class _Writer:
    """Rows of one language; what is said of the same facts or parameters is kept once written."""

    def __init__(self, book: Rulebook, prose: Prose) -> None:
        self._prose = prose
        self._words = prose.words
        self._strata = {frame.id: frame.strata for frame in book.frames}
        self._titles_of_frames = {f.id: prose.words.text(f.title) for f in book.frames}
        self._parameters: dict[tuple[ParameterUsed, ...], str] = {}
        self._facts: dict[tuple[FactUsed, ...], str] = {}
        self._known: dict[tuple[str, object], str] = {}

    def _word(self, value: StrEnum) -> str:
        key = (type(value).__name__, value)
        if key not in self._known:
            self._known[key] = self._words.catalogue.word(value, self._words.lang)
        return self._known[key]

    def _register_words(self, register: str, words: Iterable[str]) -> str:
        return ", ".join(self._words.register_word(register, word) for word in words)

    def _listed(self, section: str, words: Iterable[str]) -> str:
        return ", ".join(self._words.of_set(section, word) for word in words)

    def _text(self, text: Text) -> str:
        return self._words.text(text)

    def _titles(self, reasons: Iterable[Reason]) -> str:
        return "; ".join(dict.fromkeys(self._text(reason.title) for reason in reasons))

    def frame(self, frame: str) -> str:
        """A frame's title."""
        return self._titles_of_frames.get(frame, frame)

    def stratum(self, frame: str, words: tuple[str, ...]) -> str:
        """A stratum in words: `Syd / forstærket`."""
        named = zip(self._strata.get(frame, ()), words, strict=False)
        return " / ".join(self._words.value("subject", field, word) for field, word in named)

    def samples(self, draw: SampleDraw) -> Iterator[Row]:
        """Every place in a frame, drawn or not."""
        for line in draw.lines:
            chance = line.inclusion_probability
            yield (
                line.frame,
                self.stratum(line.frame, line.stratum),
                line.subject_id,
                line.rank_key,
                f"{chance.numerator}/{chance.denominator}",
                line.drawn,
                draw.seed,
                self.frame(line.frame),
            )

    def category(self, decision: Decision) -> Row:
        """One subject's line."""
        category, plan = decision.category, decision.plan
        override = category.override
        return (
            decision.subject_id,
            decision.kind,
            decision.authority,
            category.in_force,
            category.proposed,
            category.assessment,
            category.assessed_on,
            self._titles(category.reasons),
            None if override is None else override.decided_by,
            None if override is None else override.expires_on,
            len(plan.visits),
            min((visit.latest for visit in plan.visits), default=None),
            plan.floor_due_on,
            len(decision.proposals),
            rests_on_assumption(decision),
        )

    def reasons(self, decision: Decision) -> Iterator[Row]:
        """Every rule behind the colour, and the rules behind its signals."""
        for reason in decision.category.reasons:
            yield self._reason(decision.subject_id, decision.category.in_force, reason)
            for behind in reason.because:
                yield self._reason(decision.subject_id, decision.category.in_force, behind)

    def _reason(self, subject_id: str, colour: Colour, reason: Reason) -> Row:
        return (
            subject_id,
            colour,
            reason.rule,
            self._text(reason.title),
            self._fact_text(reason.facts),
            self._parameter_text(reason.parameters),
            reason.basis,
            self._words.sources(reason.sources),
            reason.rests_on_assumption,
        )

    def _fact_text(self, facts: tuple[FactUsed, ...]) -> str:
        if facts not in self._facts:
            if len(self._facts) >= _MOST_REMEMBERED:
                self._facts.clear()
            self._facts[facts] = "; ".join(self._prose.fact_sentences(facts))
        return self._facts[facts]

    def _parameter_text(self, parameters: tuple[ParameterUsed, ...]) -> str:
        if parameters not in self._parameters:
            said = (self._prose.parameter_sentence(used) for used in parameters)
            self._parameters[parameters] = "; ".join(said)
        return self._parameters[parameters]

    def visits(self, decision: Decision) -> Iterator[Row]:
        """The visits of one subject's plan."""
        whole = "hele kvalitetsmodellen" if self._words.lang == "da" else "the whole quality model"
        for visit in decision.plan.visits:
            yield (
                decision.subject_id,
                decision.kind,
                decision.authority,
                decision.category.in_force,
                visit.no,
                ", ".join(self._word(purpose) for purpose in visit.purposes),
                visit.earliest,
                visit.latest,
                visit.overdue,
                visit.notice,
                self._text(visit.notice_reason.title),
                visit.announce_not_before,
                visit.department,
                self._register_words("theme", visit.themes) or whole,
                self._listed("method_words", visit.methods),
                self._register_words("source", visit.hear),
                self._listed("document_words", visit.documents),
                visit.performed_by,
                visit.at_most_minutes,
                self._titles(visit.reasons),
            )

    def proposals(self, decision: Decision) -> Iterator[Row]:
        """The steps put before a person for one subject."""
        for proposal in decision.proposals:
            missing = [s for s in proposal.preconditions if not s.met and not s.bypassed]
            yield (
                decision.subject_id,
                decision.kind,
                decision.authority,
                self._text(proposal.step_title),
                proposal.status,
                "; ".join(self._text(s.title) for s in proposal.preconditions if s.met),
                "; ".join(self._text(s.title) for s in missing),
                "; ".join(self._text(s.title) for s in proposal.preconditions if s.bypassed),
                "; ".join(self._text(s.remedy) for s in missing)
                or self._text(proposal.person_must),
                self._register_words("theme", proposal.themes),
                proposal.at_most_days,
                None if proposal.warn is None else self._text(proposal.warn),
                self._text(proposal.reason.title),
            )
