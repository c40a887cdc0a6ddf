"""The run on a page that a lead can read: colours, visits, proposals, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.rulebook.catalogue import Catalogue, Lang
from engine.run.evaluate import RunResult
from models.decisions import Assessment, Decision, ProposalStatus
from models.terms import Authority, Colour, Kind, Notice, Purpose

__all__ = ["summary_lines"]

_WIDTH = 14


def summary_lines(
    result: RunResult, *, catalogue: Catalogue, lang: Lang, quarantined: int = 0
) -> Iterator[str]:
    """The summary, line by line; `quarantined` subjects had bad facts and were not evaluated."""
    da = lang == "da"
    if quarantined:
        yield (
            f"IKKE EVALUERET: {_number(quarantined, lang)} med fejl i fakta er sat til side."
            if da
            else f"NOT EVALUATED: {_number(quarantined, lang)} with bad facts are set aside."
        )
    if not result.decisions:
        yield "Ingen tilbud eller plejefamilier i porteføljen." if da else "The portfolio is empty."
        return
    first = result.decisions[0]
    counts = result.counts()
    yield (
        f"Evalueret pr. {first.as_of.isoformat()}: {_number(counts['subjects'], lang)} "
        f"tilbud og familier, regelbog {first.rulebook_hash[:12]}"
        if da
        else f"Evaluated as of {first.as_of.isoformat()}: {_number(counts['subjects'], lang)} "
        f"subjects, rulebook {first.rulebook_hash[:12]}"
    )
    yield (
        "Maskinen foreslår; en person beslutter."
        if da
        else "The engine proposes; a person decides."
    )
    yield ""
    yield from _colours(result.decisions, catalogue, lang)
    yield ""
    yield from _not_assessed(result.decisions, lang)
    yield ""
    yield from _visits(result.decisions, catalogue, lang)
    yield ""
    yield from _samples(result, lang)
    yield from _proposals(result.decisions, lang)
    resting = counts["decisions_resting_on_assumptions"]
    share = 100 * resting / counts["subjects"]
    yield (
        f"{_number(resting, lang)} af {_number(counts['subjects'], lang)} afgørelsesforslag "
        f"({share:.0f} %) hviler på mindst én antagelse; 'tilsynstryk rules show' viser hvilke."
        if da
        else f"{_number(resting, lang)} of {_number(counts['subjects'], lang)} decisions "
        f"({share:.0f} %) rest on at least one assumption; 'tilsynstryk rules show' tells which."
    )


def _number(value: int, lang: Lang) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "da" else text


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:<44}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)


def _colours(decisions: tuple[Decision, ...], catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    counts: Counter[tuple[Kind, Authority, Colour]] = Counter(
        (d.kind, d.authority, d.category.in_force) for d in decisions
    )
    titles = [catalogue.word(colour, lang, "colour") for colour in Colour]
    yield _row("", [*titles, "i alt" if lang == "da" else "total"])
    for kind in Kind:
        of_kind = {key: n for key, n in counts.items() if key[0] is kind}
        if not of_kind:
            continue
        yield _colour_row(catalogue.word(kind, lang, "kind"), of_kind, lang)
        for authority in Authority:
            of_both = {key: n for key, n in of_kind.items() if key[1] is authority}
            if of_both:
                yield _colour_row(
                    "  " + catalogue.word(authority, lang, "authority"), of_both, lang
                )


def _colour_row(head: str, counts: dict[tuple[Kind, Authority, Colour], int], lang: Lang) -> str:
    total = sum(counts.values())
    cells = []
    for colour in Colour:
        number = sum(n for key, n in counts.items() if key[2] is colour)
        cells.append(f"{_number(number, lang)} ({100 * number / total:.0f} %)")
    return _row(head, [*cells, _number(total, lang)])


def _not_assessed(decisions: tuple[Decision, ...], lang: Lang) -> Iterator[str]:
    green = [d for d in decisions if d.category.in_force is Colour.GREEN]
    default = sum(d.category.assessment is Assessment.DEFAULT_NOT_ASSESSED for d in green)
    overridden = sum(d.category.override is not None for d in decisions)
    milder = sum(d.category.in_force.rank < d.category.proposed.rank for d in decisions)
    if lang == "da":
        yield (
            f"Af {_number(len(green), lang)} grønne er {_number(default, lang)} grønne som "
            "udgangspunkt og ikke vurderet for nylig."
        )
        yield (
            f"{_number(overridden, lang)} kategorier er justeret af en person; "
            f"{_number(milder, lang)} af dem er mildere end maskinens forslag."
        )
    else:
        yield (
            f"Of {_number(len(green), lang)} greens {_number(default, lang)} are green by default "
            "and not recently assessed."
        )
        yield (
            f"{_number(overridden, lang)} categories are overridden by a person; "
            f"{_number(milder, lang)} of them are milder than the engine's proposal."
        )


def _visits(decisions: tuple[Decision, ...], catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    plan = decisions[0].plan
    visits = [visit for d in decisions for visit in d.plan.visits]
    purposes: Counter[Purpose] = Counter(p for visit in visits for p in visit.purposes)
    unannounced = sum(visit.notice is Notice.UNANNOUNCED for visit in visits)
    overdue = sum(visit.overdue for visit in visits)
    share = 100 * unannounced / len(visits) if visits else 0
    period = f"{plan.period_from.isoformat()} - {plan.period_until.isoformat()}"
    if lang == "da":
        yield f"Tilsynsplan {period}: {_number(len(visits), lang)} besøg, {share:.0f} % uanmeldte."
        yield f"Overskredne frister, der skal indhentes nu: {_number(overdue, lang)}."
    else:
        number = _number(len(visits), lang)
        yield f"Visit plan {period}: {number} visits, {share:.0f} % unannounced."
        yield f"Deadlines already passed, to be made good now: {_number(overdue, lang)}."
    for purpose in Purpose:
        if purposes[purpose]:
            word = catalogue.word(purpose, lang, "purpose")
            yield f"  {word:<42}{_number(purposes[purpose], lang):>{_WIDTH}}"


def _samples(result: RunResult, lang: Lang) -> Iterator[str]:
    lines = result.draw.lines
    if not lines:
        return
    drawn = sum(line.drawn for line in lines)
    numbers = f"{_number(drawn, lang)} / {_number(len(lines), lang)}"
    yield (
        f"Stikprøver: {numbers} pladser udtrukket, frø {result.draw.seed}."
        if lang == "da"
        else f"Samples: {numbers} places drawn, seed {result.draw.seed}."
    )
    yield ""


def _proposals(decisions: tuple[Decision, ...], lang: Lang) -> Iterator[str]:
    counts: Counter[tuple[str, bool]] = Counter(
        (
            proposal.step_title.da if lang == "da" else proposal.step_title.en,
            proposal.status is ProposalStatus.PROPOSED,
        )
        for d in decisions
        for proposal in d.proposals
    )
    heads = ("kan foreslås", "mangler noget") if lang == "da" else ("can be proposed", "lacking")
    yield _row("Sanktionsforslag" if lang == "da" else "Sanction proposals", heads)
    for title in sorted({title for title, _ in counts}):
        cells = [_number(counts[title, True], lang), _number(counts[title, False], lang)]
        yield _row(f"  {title}", cells)
    yield ""
