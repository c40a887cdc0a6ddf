"""The few kinds of drawings that a report's charts are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.simulation.report.canvas import (
    GRID,
    INK,
    SOFT,
    Format,
    Look,
    axes_on,
    text_width,
    wrapped,
)

__all__ = [
    "Bar",
    "Course",
    "Group",
    "Mark",
    "Piece",
    "Stack",
    "draw_bars",
    "draw_courses",
    "draw_stacks",
]

Ticks = Callable[[float], str]
_PAPER = {"boxstyle": "square,pad=0.1", "facecolor": "#ffffff", "edgecolor": "none"}
_NICE = [1, 2, 2.5, 5, 10]
_BOLD = 0.84
_ROW, _HEAD, _GAP = 25.0, 22.0, 10.0


@dataclass(frozen=True)
class Bar:
    """A bar from nothing to `value`, or from `start`; `low` and `high` are its error line.

    `beside`: on the line of the bar before it. `dot`: a mark in place of a bar.
    """

    label: str
    value: float
    text: str
    look: Look
    low: float | None = None
    high: float | None = None
    start: float = 0.0
    dot: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Group:
    """Bars under a heading."""

    heading: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> float:
        """How many pixels its bars take."""
        return _ROW * sum(not bar.beside for bar in self.bars)


@dataclass(frozen=True)
class Mark:
    """A line across the bars with words to it, or a band if it has an end."""

    at: float
    text: str
    until: float | None = None


def _grown(groups: Sequence[Group], marks: Sequence[Mark], room: float) -> tuple[float, float]:
    """The axis' ends: wide enough for each bar and the text beyond its end."""
    bars = [bar for group in groups for bar in group.bars]
    ends = [
        end for bar in bars for end in (bar.value, bar.start, bar.low, bar.high) if end is not None
    ]
    ends += [end for mark in marks for end in (mark.at, mark.until) if end is not None]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    if low == high:
        high = low + 1
    for _ in range(12):
        per_pixel = (high - low) / room
        need_low, need_high = low, high
        for bar in bars:
            text = (text_width(bar.text) + 10) * per_pixel
            if _leftward(bar):
                need_low = min(need_low, _outer(bar) - text)
            else:
                need_high = max(need_high, _outer(bar) + text)
        low, high = need_low, need_high
    return low, high


def _leftward(bar: Bar) -> bool:
    return bar.value < bar.start


def _outer(bar: Bar) -> float:
    ends = [bar.value, bar.start, *(end for end in (bar.low, bar.high) if end is not None)]
    return min(ends) if _leftward(bar) else max(ends)


def draw_bars(
    format_: Format,
    groups: Sequence[Group],
    *,
    axis: str,
    ticks: Ticks,
    marks: Sequence[Mark] = (),
    label_width: float = 26,
) -> Any:
    """Lying bars with their values written out; headings stand above their group."""
    heads = [
        wrapped(g.heading, (format_.width - 20) * _BOLD, most=2) if g.heading else ""
        for g in groups
    ]
    rows = sum(group.height for group in groups)
    above = sum(_HEAD * (head.count("\n") + 1) if head else 0 for head in heads)
    top = 26 if marks else 8
    height = rows + above + _GAP * len(groups) + top + 46
    left, right = label_width, 12
    figure, axes = axes_on(format_, height, left=left, right=right, top=top)
    low, high = _grown(groups, marks, format_.width - left - right)
    span = high - low
    y = 0.0
    for head, group in zip(heads, groups, strict=True):
        if head:
            lines = head.count("\n") + 1
            axes.annotate(
                head, (0, y + _HEAD * lines - 4), xycoords=("axes fraction", "data"),
                xytext=(-left + 2, 0), textcoords="offset points", ha="left", va="bottom",
                fontweight="bold", annotation_clip=False, zorder=9, bbox=_PAPER,
            )  # fmt: skip
            y += _HEAD * lines
        axes.plot([0, 0], [y, y + group.height], color=INK, linewidth=0.9, zorder=3)
        for bar in group.bars:
            if bar.beside:
                y -= _ROW
            _bar(axes, bar, y + _ROW / 2, 4 / (format_.width - left - right) * span)
            axes.annotate(
                wrapped(bar.label, left - 6, most=2), (0, y + _ROW / 2),
                xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points",
                ha="right", va="center", annotation_clip=False, linespacing=0.95,
            )  # fmt: skip
            y += _ROW
        y += _GAP
    axes.set_ylim(y, 0)
    axes.set_xlim(low, high)
    _marks(axes, marks, y, span, high)
    _scale(axes, format_, ticks, axis)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    return figure


def _bar(axes: Any, bar: Bar, y: float, gap: float) -> None:
    width = bar.value - bar.start
    if bar.dot:
        axes.plot([bar.value], [y], marker=bar.look.marker, color=bar.look.colour,
                  markeredgecolor=INK, markeredgewidth=0.8, markersize=8, zorder=5)  # fmt: skip
    else:
        axes.barh([y], [width], left=bar.start, height=_ROW * 0.66, color=bar.look.colour,
                  hatch=bar.look.hatch, edgecolor=INK, linewidth=0.8, zorder=2)  # fmt: skip
    if bar.low is not None and bar.high is not None:
        axes.plot([bar.low, bar.high], [y, y], color=INK, linewidth=1.4, zorder=4)
        for end in (bar.low, bar.high):
            axes.plot([end, end], [y - 4, y + 4], color=INK, linewidth=1.4, zorder=4)
    leftward = _leftward(bar)
    place = _outer(bar) - gap if leftward else _outer(bar) + gap
    side = "right" if leftward else "left"
    axes.text(place, y, bar.text, ha=side, va="center", zorder=6, bbox=_PAPER if bar.text else None)


def _marks(axes: Any, marks: Sequence[Mark], bottom: float, span: float, high: float) -> None:
    for mark in marks:
        if mark.until is not None:
            axes.axvspan(mark.at, mark.until, color="#eef1f4", zorder=0)
            place = (mark.at + mark.until) / 2
        else:
            axes.plot([mark.at, mark.at], [0, bottom], color=INK, linestyle=(0, (4, 2)),
                      linewidth=1.4, zorder=4)  # fmt: skip
            place = mark.at
        side = "right" if mark.until is None and place > high - span * 0.35 else "center"
        if mark.until is None and place < high - span * 0.65:
            side = "left"
        axes.text(place, -5, mark.text, ha=side, va="bottom", color=SOFT)


def _scale(axes: Any, format_: Format, ticks: Ticks, axis: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=3 if format_.narrow else 6, steps=_NICE))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: ticks(value)))
    axes.grid(axis="x", color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel(axis, labelpad=5)


@dataclass(frozen=True)
class Piece:
    """A part of a stack. The text stands in it where there is room."""

    value: float
    text: str
    look: Look


@dataclass(frozen=True)
class Stack:
    """Parts after each other, and the text of their sum."""

    label: str
    pieces: tuple[Piece, ...]
    text: str = ""
    heading: str = ""


def draw_stacks(
    format_: Format,
    stacks: Sequence[Stack],
    *,
    axis: str,
    ticks: Ticks,
    marks: Sequence[Mark] = (),
    label_width: float = 26,
) -> Any:
    """Lying stacked bars."""
    row = _ROW + 8
    heads = sum(1 for stack in stacks if stack.heading) * _HEAD
    top = 26 if marks else 8
    left, right = label_width, 12
    room = format_.width - left - right
    height = row * len(stacks) + heads + top + 50
    figure, axes = axes_on(format_, height, left=left, right=right, top=top)
    reach = max([sum(p.value for p in s.pieces) for s in stacks] + [m.at for m in marks] + [1e-9])
    high = reach
    for stack in stacks:
        end, text = sum(piece.value for piece in stack.pieces), text_width(stack.text) + 12
        if stack.text and text < room * 0.6:
            high = max(high, end / (1 - text / room))
    y = 0.0
    for stack in stacks:
        if stack.heading:
            axes.annotate(
                stack.heading, (0, y + _HEAD - 4), xycoords=("axes fraction", "data"),
                xytext=(-left + 2, 0), textcoords="offset points", ha="left", va="bottom",
                fontweight="bold", annotation_clip=False, zorder=9, bbox=_PAPER,
            )  # fmt: skip
            y += _HEAD
        _stack(axes, stack, y + row / 2, high / room)
        axes.annotate(
            wrapped(stack.label, left - 6, most=2), (0, y + row / 2),
            xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points",
            ha="right", va="center", annotation_clip=False, linespacing=0.95,
        )  # fmt: skip
        y += row
    axes.set_ylim(y + 4, 0)
    axes.set_xlim(0, high)
    _marks(axes, marks, y + 4, high, high)
    _scale(axes, format_, ticks, axis)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    return figure


def _stack(axes: Any, stack: Stack, y: float, per_pixel: float) -> None:
    start = 0.0
    for piece in stack.pieces:
        axes.barh([y], [piece.value], left=start, height=_ROW * 0.86, color=piece.look.colour,
                  hatch=piece.look.hatch, edgecolor=INK, linewidth=0.8, zorder=2)  # fmt: skip
        if piece.text and text_width(piece.text) + 6 < piece.value / per_pixel:
            axes.text(
                start + piece.value / 2, y, piece.text, ha="center", va="center", zorder=5,
                bbox={"boxstyle": "square,pad=0.12", "facecolor": "#ffffff", "edgecolor": "none",
                      "alpha": 0.88},
            )  # fmt: skip
        start += piece.value
    if stack.text:
        axes.text(start + 6 * per_pixel, y, stack.text, ha="left", va="center", zorder=5)


@dataclass(frozen=True)
class Course:
    """A line through months or years, with its letter at the end."""

    letter: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    look: Look
    errors: tuple[float, ...] = ()


def _top(course: Course) -> float:
    """The highest that a line and its band reach."""
    errors = course.errors or (0.0,) * len(course.ys)
    known = [error if math.isfinite(error) else 0.0 for error in errors]
    return max((y + 2 * error for y, error in zip(course.ys, known, strict=True)), default=0.0)


def draw_courses(
    format_: Format,
    courses: Sequence[Course],
    *,
    across: str,
    up: str,
    ticks: Ticks,
    steps: bool = False,
    top_at: float | None = None,
    lines_at: Sequence[tuple[float, str]] = (),
    every: float | None = None,
    years: bool = False,
    across_at: Sequence[tuple[float, str]] = (),
) -> Any:
    """Lines that are told apart by dash, marker and letter."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

    figure, axes = axes_on(format_, 260 if format_.narrow else 310, left=66, right=28, top=26)
    highest = top_at or max([*map(_top, courses), 1e-9]) * 1.08
    for number, course in enumerate(courses):
        gap = max(1, len(course.xs) // 6)
        first = (number * gap // max(1, len(courses))) % gap if gap > 1 else 0
        axes.plot(
            course.xs, course.ys, color=course.look.colour, linestyle=course.look.line,
            drawstyle="steps-post" if steps else "default", marker=course.look.marker,
            markevery=(first, gap), markeredgecolor=INK, markeredgewidth=0.6, zorder=3 + number,
        )  # fmt: skip
        if course.errors:
            pairs = list(zip(course.ys, course.errors, strict=True))
            lower, upper = [y - 2 * e for y, e in pairs], [y + 2 * e for y, e in pairs]
            axes.fill_between(
                course.xs, lower, upper, color=course.look.colour, alpha=0.22, zorder=2,
                step="post" if steps else None, linewidth=0,
            )  # fmt: skip
    axes.set_ylim(0, highest)
    pixels = 260 if format_.narrow else 310
    _letters(axes, courses, highest / (pixels - 70) * 14)
    for place, text in lines_at:
        axes.axvline(place, color=SOFT, linestyle=(0, (3, 2)), linewidth=1, zorder=1)
        axes.text(place, highest, " " + text, ha="left", va="bottom", color=SOFT)
    for place, text in across_at:
        axes.axhline(place, color=SOFT, linestyle=(0, (3, 2)), linewidth=1, zorder=1)
        axes.annotate(
            text, (1, place), xycoords=("axes fraction", "data"), xytext=(-2, 3), color=SOFT,
            textcoords="offset points", ha="right", va="bottom",
        )  # fmt: skip
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=_NICE))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: ticks(value)))
    if every is not None:
        axes.xaxis.set_major_locator(MultipleLocator(every))
    if years:
        axes.xaxis.set_major_locator(MultipleLocator(1))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.set_xlabel(across, labelpad=4)
    axes.set_ylabel(up, labelpad=6)
    axes.margins(x=0.01)
    return figure


def _letters(axes: Any, courses: Sequence[Course], gap: float) -> None:
    """Each letter beside the end of its line, moved apart where lines end together."""
    ends = sorted((course.ys[-1], course.letter, course.xs[-1]) for course in courses if course.ys)
    places: list[float] = []
    for value, _, _ in ends:
        places.append(max(value, places[-1] + gap) if places else value)
    over = places[-1] - axes.get_ylim()[1] if places else 0
    if over > 0:
        places = [place - over for place in places]
    for place, (_, letter, x) in zip(places, ends, strict=True):
        axes.annotate(letter, (x, place), xytext=(8, 0), textcoords="offset points", ha="left",
                      va="center", fontweight="bold", annotation_clip=False)  # fmt: skip
