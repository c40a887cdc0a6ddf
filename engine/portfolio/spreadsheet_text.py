"""Text in cells that a spreadsheet may open: never run as a formula, and read back unchanged."""

from __future__ import annotations

__all__ = ["csv_text", "from_csv_text", "from_sheet_text", "sheet_text"]

_RISKY = frozenset("=+-@\t\r\n＝＋－＠'")  # the full-width signs are run as well
_MARK = "'"


def csv_text(text: str) -> str:
    """A text as it is written in CSV: an apostrophe before what a spreadsheet would run.

    A text that starts with an apostrophe gets one more, and an empty text is one apostrophe, so
    that `from_csv_text` finds the very text again.
    """
    return _MARK + text if not text or text[0] in _RISKY else text


def from_csv_text(cell: str) -> str:
    """The text that `csv_text` wrote; any other cell as it stands."""
    if cell[:1] == _MARK and (len(cell) == 1 or cell[1] in _RISKY):
        return cell[1:]
    return cell


def sheet_text(text: str) -> str:
    """A text as it is written in a workbook, where cells are typed and only emptiness is lost."""
    return text + _MARK if not text.strip(_MARK) else text


def from_sheet_text(cell: str) -> str:
    """The text that `sheet_text` wrote; any other cell as it stands."""
    return cell[1:] if cell[:1] == _MARK and not cell.strip(_MARK) else cell
