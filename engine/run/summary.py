"""The run on a page that a lead can read: colours, visits, proposals, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.decisions.samples import SampleDraw
from engine.rulebook.catalogue import Catalogue, Lang
from engine.run.tally import Tally
from models.terms import Authority, Colour, Kind, Purpose

__all__ = ["summary_lines"]

_WIDTH = 14


def summary_lines(
    tally: Tally, draw: SampleDraw, *, catalogue: Catalogue, lang: Lang, quarantined: int = 0
) -> Iterator[str]:
    """The summary, line by line; `quarantined` subjects had bad facts and were not evaluated."""
    da = lang == "da"
    if quarantined:
        yield (
            f"IKKE EVALUERET: {_number(quarantined, lang)} med fejl i fakta er sat til side."
            if da
            else f"NOT EVALUATED: {_number(quarantined, lang)} with bad facts are set aside."
        )
    if tally.as_of is None:
        yield "Ingen tilbud eller plejefamilier i porteføljen." if da else "The portfolio is empty."
        return
    subjects = tally["subjects"]
    yield (
        f"Evalueret pr. {tally.as_of.isoformat()}: {_number(subjects, lang)} "
        f"tilbud og familier, regelbog {tally.rulebook_hash[:12]}"
        if da
        else f"Evaluated as of {tally.as_of.isoformat()}: {_number(subjects, lang)} "
        f"subjects, rulebook {tally.rulebook_hash[:12]}"
    )
    yield (
        "Maskinen foreslår; en person beslutter."
        if da
        else "The engine proposes; a person decides."
    )
    yield ""
    yield from _colours(tally, catalogue, lang)
    yield ""
    yield from _not_assessed(tally, lang)
    yield ""
    yield from _visits(tally, catalogue, lang)
    yield ""
    yield from _samples(draw, lang)
    yield from _proposals(tally, lang)
    resting = tally["decisions_resting_on_assumptions"]
    share = 100 * resting / subjects
    yield (
        f"{_number(resting, lang)} af {_number(subjects, lang)} afgørelsesforslag "
        f"({share:.0f} %) hviler på mindst én antagelse; 'tilsynstryk rules show' viser hvilke."
        if da
        else f"{_number(resting, lang)} of {_number(subjects, lang)} decisions "
        f"({share:.0f} %) rest on at least one assumption; 'tilsynstryk rules show' tells which."
    )


def _number(value: int, lang: Lang) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "da" else text


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:<44}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)


def _colours(tally: Tally, catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    counts = tally.colours
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


def _not_assessed(tally: Tally, lang: Lang) -> Iterator[str]:
    green = sum(n for (_, _, colour), n in tally.colours.items() if colour is Colour.GREEN)
    default, overridden = tally["green_not_assessed"], tally["overridden"]
    milder = tally["overridden_to_milder"]
    if lang == "da":
        yield (
            f"Af {_number(green, lang)} grønne er {_number(default, lang)} grønne som "
            "udgangspunkt og ikke vurderet for nylig."
        )
        yield (
            f"{_number(overridden, lang)} kategorier er justeret af en person; "
            f"{_number(milder, lang)} af dem er mildere end maskinens forslag."
        )
    else:
        yield (
            f"Of {_number(green, lang)} greens {_number(default, lang)} are green by default "
            "and not recently assessed."
        )
        yield (
            f"{_number(overridden, lang)} categories are overridden by a person; "
            f"{_number(milder, lang)} of them are milder than the engine's proposal."
        )


def _visits(tally: Tally, catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    visits, unannounced = tally["visits_planned"], tally["visits_unannounced"]
    share = 100 * unannounced / visits if visits else 0
    period = " - ".join(day.isoformat() for day in tally.period or ())
    number, overdue = _number(visits, lang), _number(tally["visits_overdue"], lang)
    if lang == "da":
        yield f"Tilsynsplan {period}: {number} besøg, {share:.0f} % uanmeldte."
        yield f"Overskredne frister, der skal indhentes nu: {overdue}."
    else:
        yield f"Visit plan {period}: {number} visits, {share:.0f} % unannounced."
        yield f"Deadlines already passed, to be made good now: {overdue}."
    purposes = tally.purposes
    for purpose in Purpose:
        if purposes[purpose]:
            word = catalogue.word(purpose, lang, "purpose")
            yield f"  {word:<42}{_number(purposes[purpose], lang):>{_WIDTH}}"


def _samples(draw: SampleDraw, lang: Lang) -> Iterator[str]:
    places = len(draw.lines)
    if not places:
        return
    numbers = f"{_number(draw.places_drawn, lang)} / {_number(places, lang)}"
    yield (
        f"Stikprøver: {numbers} pladser udtrukket, frø {draw.seed}."
        if lang == "da"
        else f"Samples: {numbers} places drawn, seed {draw.seed}."
    )
    yield ""


def _proposals(tally: Tally, lang: Lang) -> Iterator[str]:
    counts: Counter[tuple[str, bool]] = Counter()
    for (titles, ready), number in tally.proposals.items():
        counts[titles[0 if lang == "da" else 1], ready] += number
    heads = ("kan foreslås", "mangler noget") if lang == "da" else ("can be proposed", "lacking")
    yield _row("Sanktionsforslag" if lang == "da" else "Sanction proposals", heads)
    for title in sorted({title for title, _ in counts}):
        cells = [_number(counts[title, True], lang), _number(counts[title, False], lang)]
        yield _row(f"  {title}", cells)
    yield ""
