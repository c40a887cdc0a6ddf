"""The decisions as tables that people open: categories, reasons, visits, samples, proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.analysis.prose import Prose
from engine.portfolio.tables import Column, ColumnType, Table
from engine.rulebook.catalogue import Catalogue, Lang
from engine.run.evaluate import RunResult, rests_on_assumption
from models.decisions import Decision, ParameterUsed, Reason
from models.terms import Colour

__all__ = ["decision_tables"]

Row = tuple[Any, ...]


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
    _column("proposed", "Motorens forslag", "Engine's proposal"),
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
    _column("about", "Gælder", "About"),
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


def decision_tables(
    result: RunResult, *, catalogue: Catalogue, prose: Prose, lang: Lang
) -> tuple[Table, ...]:
    """The tables of a run, rows in order of subject id, in one language."""
    writer = _Writer(catalogue, prose, lang)
    da = lang == "da"
    return (
        Table(
            name="categories",
            title="Kategorier" if da else "Categories",
            columns=_CATEGORY_COLUMNS,
            rows=[writer.category(d) for d in result.decisions],
        ),
        Table(
            name="reasons",
            title="Begrundelser" if da else "Reasons",
            columns=_REASON_COLUMNS,
            rows=[row for d in result.decisions for row in writer.reasons(d)],
        ),
        Table(
            name="visits",
            title="Tilsynsplan" if da else "Visit plan",
            columns=_VISIT_COLUMNS,
            rows=[row for d in result.decisions for row in writer.visits(d)],
        ),
        Table(
            name="samples",
            title="Stikprøver" if da else "Samples",
            columns=_SAMPLE_COLUMNS,
            rows=[
                (
                    line.frame,
                    writer.stratum(line.stratum),
                    line.subject_id,
                    line.rank_key,
                    f"{line.inclusion_probability.numerator}/"
                    f"{line.inclusion_probability.denominator}",
                    line.drawn,
                )
                for line in result.draw.lines
            ],
        ),
        Table(
            name="proposals",
            title="Sanktionsforslag" if da else "Sanction proposals",
            columns=_PROPOSAL_COLUMNS,
            rows=[row for d in result.decisions for row in writer.proposals(d)],
        ),
    )


class _Writer:
    """Rows of one language; the text of a rule's parameters is kept once written."""

    def __init__(self, catalogue: Catalogue, prose: Prose, lang: Lang) -> None:
        self._catalogue = catalogue
        self._prose = prose
        self._lang: Lang = lang
        self._parameters: dict[tuple[ParameterUsed, ...], str] = {}

    def _word(self, value: Any, closed_set: str) -> str:
        return self._catalogue.word(value, self._lang, closed_set)

    def _words(self, values: Iterable[Any], closed_set: str) -> str:
        return ", ".join(self._word(value, closed_set) for value in values)

    def _text(self, text: Any) -> str:
        chosen: str = text.da if self._lang == "da" else text.en
        return chosen

    def _titles(self, reasons: Iterable[Reason]) -> str:
        return "; ".join(dict.fromkeys(self._text(reason.title) for reason in reasons))

    def stratum(self, words: tuple[str, ...]) -> str:
        """A stratum's words, joined."""
        return " / ".join(words)

    def category(self, decision: Decision) -> Row:
        """One subject's line."""
        category, plan = decision.category, decision.plan
        override = category.override
        return (
            decision.subject_id,
            self._word(decision.kind, "kind"),
            self._word(decision.authority, "authority"),
            self._word(category.in_force, "colour"),
            self._word(category.proposed, "colour"),
            self._word(category.assessment, "assessment"),
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
            self._word(colour, "colour"),
            reason.rule,
            self._text(reason.title),
            "; ".join(self._prose.fact_sentence(fact, self._lang) for fact in reason.facts),
            self._parameter_text(reason.parameters),
            self._word(reason.basis, "basis"),
            "; ".join(reason.sources),
            reason.rests_on_assumption,
        )

    def _parameter_text(self, parameters: tuple[ParameterUsed, ...]) -> str:
        if parameters not in self._parameters:
            self._parameters[parameters] = "; ".join(
                f"{used.id} = {used.value} {used.unit} "
                f"({self._word(used.basis, 'basis')}, {used.valid_from.isoformat()})"
                for used in parameters
            )
        return self._parameters[parameters]

    def visits(self, decision: Decision) -> Iterator[Row]:
        """The visits of one subject's plan."""
        whole = "hele kvalitetsmodellen" if self._lang == "da" else "the whole quality model"
        for visit in decision.plan.visits:
            yield (
                decision.subject_id,
                self._word(decision.kind, "kind"),
                self._word(decision.authority, "authority"),
                self._word(decision.category.in_force, "colour"),
                visit.no,
                self._words(visit.purposes, "purpose"),
                visit.earliest,
                visit.latest,
                visit.overdue,
                self._word(visit.notice, "notice"),
                self._text(visit.notice_reason.title),
                visit.announce_not_before,
                visit.department,
                ", ".join(self._prose.register_word("theme", t, self._lang) for t in visit.themes)
                or whole,
                ", ".join(self._prose.plan_word(m, self._lang) for m in visit.methods),
                ", ".join(self._prose.register_word("source", s, self._lang) for s in visit.hear),
                ", ".join(self._prose.plan_word(d, self._lang) for d in visit.documents),
                self._word(visit.performed_by, "performed_by"),
                visit.at_most_minutes,
                self._titles(visit.reasons),
            )

    def proposals(self, decision: Decision) -> Iterator[Row]:
        """The steps put before a person for one subject."""
        for proposal in decision.proposals:
            missing = [s for s in proposal.preconditions if not s.met and not s.bypassed]
            yield (
                decision.subject_id,
                self._word(decision.kind, "kind"),
                self._word(decision.authority, "authority"),
                self._text(proposal.step_title),
                self._word(proposal.status, "proposal_status"),
                "; ".join(self._text(s.title) for s in proposal.preconditions if s.met),
                "; ".join(self._text(s.title) for s in missing),
                "; ".join(self._text(s.title) for s in proposal.preconditions if s.bypassed),
                "; ".join(self._text(s.remedy) for s in missing)
                or self._text(proposal.person_must),
                ", ".join(
                    self._prose.register_word("theme", t, self._lang) for t in proposal.themes
                ),
                proposal.at_most_days,
                None if proposal.warn is None else self._text(proposal.warn),
                self._text(proposal.reason.title),
            )
