"""A drawn chart as SVG that may stand beside others in one page and be read aloud."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree

__all__ = ["svg_of"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_DRAWN = frozenset({"d", "x", "y", "width", "height", "transform", "viewBox", "points"})
_SALT = "tilsynstryk"


def svg_of(figure: Any, name: str, *, title: str = "", description: str = "") -> str:
    """The SVG of a matplotlib figure, without what changes from day to day.

    Its ids begin with `name`. Without a title it is an ornament that is not read aloud.
    """
    import matplotlib as mpl

    held = io.StringIO()
    settings: Any = {"svg.hashsalt": _SALT, "svg.fonttype": "none"}
    with mpl.rc_context(settings):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(held, format="svg", metadata=nothing, transparent=True)
    root = ElementTree.fromstring(held.getvalue())
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata":
            root.remove(child)
    _round(root)
    _rename(root, name)
    _describe(root, name, title, description)
    return _text(root)


def _round(root: ElementTree.Element) -> None:
    """A hundredth of a pixel is fine enough, and the same on every machine."""
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute in _DRAWN:
                element.set(attribute, _LONG.sub(lambda found: f"{float(found[0]):.2f}", value))


def _rename(root: ElementTree.Element, name: str) -> None:
    """Ids that something leads to get the chart's name before them; the others go."""
    led_to: set[str] = set()
    for element in root.iter():
        target = element.attrib.pop(_XLINK, None)
        if target is not None:
            element.set("href", target)
            led_to.add(target.removeprefix("#"))
        for value in element.attrib.values():
            led_to.update(_REFERENCE.findall(value))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in led_to:
            element.set("id", f"{name}-{own}")
        for attribute, value in element.attrib.items():
            if attribute == "href":
                element.set(attribute, f"#{name}-{value.removeprefix('#')}")
            elif "url(#" in value:
                element.set(attribute, _REFERENCE.sub(rf"url(#{name}-\1)", value))


def _describe(root: ElementTree.Element, name: str, title: str, description: str) -> None:
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    if not title:
        root.set("aria-hidden", "true")
        return
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(place, element)


def _text(root: ElementTree.Element) -> str:
    for element in root.iter():
        if element.tag != f"{{{_SVG}}}style" and not (element.text or "").strip():
            element.text = None
        element.tail = None
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")
