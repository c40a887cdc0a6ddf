"""How charts look: sizes for wide and narrow pages, and policies that are told apart by letter,
line, marker and hatching, not by colour alone."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.simulation.report.content import Chart, Key
from engine.simulation.report.svg import svg_of

__all__ = [
    "FORMATS",
    "GRID",
    "INK",
    "NARROW",
    "SOFT",
    "WIDE",
    "Format",
    "Look",
    "axes_on",
    "chart_of",
    "colour_look",
    "letter_look",
    "policy_look",
    "sample_of_bar",
    "sample_of_line",
    "text_width",
    "wrapped",
]

INK, SOFT, GRID = "#1b1f24", "#57606a", "#d0d7de"
_POINTS = 72.0
_TEXT = 11.5
_LETTER_WIDTH = 6.4
_NAMELESS = "sample-without-a-name"


@dataclass(frozen=True)
class Format:
    """A width that a chart is drawn for, in the page's pixels."""

    name: str
    width: float

    @property
    def narrow(self) -> bool:
        """Whether it is for a telephone."""
        return self.name == "narrow"


WIDE = Format("wide", 720)
NARROW = Format("narrow", 340)
FORMATS = (WIDE, NARROW)


@dataclass(frozen=True)
class Look:
    """What tells one thing from another in a chart. The hues are those of Okabe and Ito."""

    colour: str
    line: Any = "-"
    marker: str = "o"
    hatch: str = ""
    ink: str = INK


_POLICIES = (
    Look("#4d5560", "-", "o", "", "#ffffff"),
    Look("#56b4e9", (0, (6, 2)), "s", "///"),
    Look("#e69f00", (0, (1, 1.5)), "^", "|||"),
    Look("#009e73", (0, (6, 2, 1, 2)), "D", "xx"),
    Look("#cc79a7", (0, (3, 2, 1, 2, 1, 2)), "v", "\\\\\\"),
    Look("#f0e442", (0, (10, 3)), "P", "---"),
)
_COLOURS = {
    "green": Look("#8fd0a8", hatch=""),
    "yellow": Look("#ffe08a", hatch="|||"),
    "red": Look("#d5694f", hatch="///"),
}
_OTHERS = (
    Look("#9fb4c7"),
    Look("#56b4e9", hatch="///"),
    Look("#f3c969", hatch="|||"),
    Look("#cfe8d5", hatch="xx"),
    Look("#e3b7cf", hatch="\\\\\\"),
    Look("#ffffff", hatch="---"),
    Look("#d9d9d9", hatch="++"),
)


def policy_look(number: int) -> Look:
    """The look of the policy with that number; the baseline is 0."""
    return _POLICIES[number % len(_POLICIES)]


def colour_look(colour: str) -> Look:
    """The look of a risk colour."""
    return _COLOURS.get(colour, _OTHERS[0])


def letter_look(number: int) -> Look:
    """The look of one of several other things: purposes, theme groups."""
    return _OTHERS[number % len(_OTHERS)]


@contextmanager
def _style() -> Iterator[None]:
    """Our style for as long as a chart is drawn, whatever the user's own settings are."""
    import matplotlib as mpl

    ours: Any = {
        "font.family": ["DejaVu Sans"],
        "font.size": _TEXT,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": SOFT,
        "axes.labelsize": _TEXT,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "hatch.linewidth": 0.6,
        "patch.linewidth": 0.8,
        "lines.linewidth": 2.0,
        "lines.markersize": 5.5,
        "svg.image_inline": True,
        "path.simplify": False,
    }
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(ours)
        yield


def axes_on(
    format_: Format,
    height: float,
    *,
    left: float,
    right: float,
    top: float = 10,
    bottom: float = 44,
) -> tuple[Any, Any]:
    """A figure and its axes, placed by margins in pixels."""
    from matplotlib.figure import Figure

    width = format_.width
    figure = Figure(figsize=(width / _POINTS, height / _POINTS), dpi=_POINTS)
    place = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    return figure, figure.add_axes(place)


def text_width(text: str) -> float:
    """About how many pixels a line of text takes."""
    return max((len(line) for line in text.splitlines()), default=0) * _LETTER_WIDTH


def wrapped(text: str, width: float, *, most: int = 3) -> str:
    """A text broken into lines of at most so many pixels."""
    letters = max(8, int(width / _LETTER_WIDTH))
    return "\n".join(textwrap.wrap(text, letters, max_lines=most, placeholder=" …"))


def chart_of(
    name: str,
    draw: Callable[[Format], Any],
    *,
    title: str,
    axis: str,
    values: str,
    key: Sequence[Key] = (),
    note: str = "",
) -> Chart:
    """A chart drawn for every format. `values` says in words what is seen in it."""
    drawn: dict[str, str] = {}
    with _style():
        for format_ in FORMATS:
            drawn[format_.name] = svg_of(
                draw(format_), f"{name}-{format_.name}", title=title, description=values
            )
    return Chart(name, title, axis, drawn["wide"], drawn["narrow"], tuple(key), note)


def sample_of_line(look: Look, name: str) -> str:
    """A piece of a line with its marker, for a key. Its ids begin with `name`."""
    return _line_sample(look).replace(_NAMELESS, name)


def sample_of_bar(look: Look, name: str) -> str:
    """A piece of a bar, for a key. Its ids begin with `name`."""
    return _bar_sample(look).replace(_NAMELESS, name)


@cache
def _line_sample(look: Look) -> str:
    return _sample(
        lambda axes: axes.plot(
            [0, 1, 2], [0, 0, 0], color=look.colour, linestyle=look.line, marker=look.marker,
            markevery=[1], markeredgecolor=INK, markeredgewidth=0.6, linewidth=2.4,
        )
    )  # fmt: skip


@cache
def _bar_sample(look: Look) -> str:
    return _sample(
        lambda axes: axes.barh(
            [0], [2], height=1.6, color=look.colour, hatch=look.hatch, edgecolor=INK, linewidth=0.8
        )
    )


def _sample(draw: Callable[[Any], Any]) -> str:
    from matplotlib.figure import Figure

    with _style():
        figure = Figure(figsize=(40 / _POINTS, 14 / _POINTS), dpi=_POINTS)
        axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
        axes.axis("off")
        draw(axes)
        axes.set_xlim(-0.05, 2.05)
        axes.set_ylim(-1, 1)
        return svg_of(figure, _NAMELESS)
