"""The trade-off curve as a picture: harm against the size of the cut, and where today lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.rulebook.catalogue import Lang
from engine.rulebook.problems import said
from engine.simulation.optimise.choice import Chooser, Point
from engine.simulation.pressure_tables import number_text
from engine.simulation.report.canvas import Format, chart_of, policy_look
from engine.simulation.report.drawing import Course, draw_courses

__all__ = ["curve_svg"]


def curve_svg(
    chooser: Chooser, curve: Sequence[Point], *, percent: int, measure: str, lang: Lang
) -> str:
    """The chart as SVG. Lines are told apart by dash, marker and letter; the key stands in it."""

    def words(code: str, **blanks: object) -> str:
        return said(f"optimise.{code}", **blanks).text(lang)

    courses = _courses(chooser, curve)
    names = {letter: words(f"line_{letter}") for letter in "ABC"}

    def draw(format_: Format) -> Any:
        figure = draw_courses(
            format_,
            courses,
            across=words("across", measure=measure),
            up=words("up"),
            ticks=lambda value: number_text(value, lang),
            every=5,
            lines_at=((float(percent), words("asked")),),
        )
        (axes,) = figure.axes
        harm = chooser.harm(chooser.today)
        axes.plot([0], [harm], marker="*", markersize=14, color="#000000", linestyle="", zorder=9)
        axes.annotate(
            words("today_here"), (0, harm), xytext=(6, 12), textcoords="offset points", zorder=9
        )
        lines = [f"{course.letter}: {names[course.letter]}" for course in courses]
        axes.text(
            0.02, 0.04, "\n".join(lines), transform=axes.transAxes, va="bottom", zorder=9,
            bbox={"boxstyle": "square,pad=0.2", "facecolor": "#ffffff", "edgecolor": "none"},
        )  # fmt: skip
        return figure

    last = [point for point in curve if point.totals is not None]
    values = words(
        "chart_says",
        today=number_text(chooser.harm(chooser.today), lang),
        cut=round(last[-1].percent) if last else 0,
        harm=number_text(chooser.harm(last[-1].totals), lang) if last and last[-1].totals else "-",
    )
    return chart_of("trade-off", draw, title=words("chart_title"), axis="", values=values).wide_svg


def _courses(chooser: Chooser, curve: Sequence[Point]) -> list[Course]:
    met = [point for point in curve if point.totals is not None and point.bound_harm is not None]
    plain = [point for point in curve if point.plain.met]
    found = [
        ("A", plain, [chooser.harm(point.plain.totals) for point in plain], 1),
        ("B", met, [chooser.harm(p.totals) for p in met if p.totals is not None], 3),
        ("C", met, [p.bound_harm for p in met if p.bound_harm is not None], 0),
    ]
    return [
        Course(letter, tuple(p.percent for p in points), tuple(harms), policy_look(look))
        for letter, points, harms, look in found
        if points
    ]
