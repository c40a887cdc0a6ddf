"""Workbooks with mistakes, made by hand as people make them. All facts are synthetic."""

from datetime import date, datetime
from pathlib import Path

import openpyxl

OFFER = ["Id", "Socialtilsyn", "Kommune", "Ejerforhold", "Målgruppe", "Tilbudsform", "Pladser"]
FAMILY = ["Id *", "Socialtilsyn", "Kommune", "Plejefamilietype"]
CONCERN = ["Id", "Nr.", "Modtaget den", "Tema", "Alvor", "Lukket den"]
SCORE = ["Id", "Indikator", "Skala", "Score", "Bedømt den"]

GOOD_OFFER = ["ST-1", "Socialtilsyn Syd", "Aabenraa", "privat", "voksne", "døgntilbud", 12]
GOOD_FAMILY = ["PF-1", "syd", "Ærø", "almen"]


def book(target: Path, sheets: dict[str, list[list]]) -> Path:
    """A workbook with these sheets and rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(target)
    return target


def good(target: Path, **extra: list[list]) -> Path:
    """A workbook without mistakes, and whatever else is asked for."""
    sheets = {"Sociale tilbud": [OFFER, GOOD_OFFER], "Plejefamilier": [FAMILY, GOOD_FAMILY]}
    return book(target, sheets | extra)


def everything_wrong(target: Path) -> Path:
    """One workbook with one of nearly every mistake."""
    sheets = {
        "Sociale tilbud": [
            OFFER,
            GOOD_OFFER,
            ["ST-2", "Socialtilsyn Sydd", "Åbenrå", "privat", "voksne", "døgntilbud", "mange"],
            ["ST-3", "nord", "Aabenraa", "privat", "voksne", "ambulant tilbud", 0],
            ["ST-4", "syd", "Aabenraa", "privat", "voksne", "dagtilbud", 0],
            ["ST-1", "syd", "Aabenraa", "privat", "voksne", "dagtilbud", 3],
            ["st-5", "syd", "Aabenraa", "privat", "voksne", "dagtilbud", 200_000],
            [None, "syd", "Aabenraa", "privat", "voksne", "dagtilbud", 1.5],
            OFFER,
        ],
        "Plejefamilier": [[*FAMILY, "Yndlingsfarve"], [*GOOD_FAMILY, "blå"]],
        "BPA-arbejdsgivere": [
            ["Id", "Socialtilsyn", "Kommune"],
            ["BPA-1", "nord", "Aabenraa"],
        ],
        "Behandlings- og specialskoler": [
            ["Id", "Socialtilsyn", "Kommune"],
            ["SK-1", "syd", "Aabenraa"],
        ],
        "Bekymringer": [
            CONCERN,
            ["ST-1", 1, datetime(2025, 3, 1), "Kompetencer", "alvorligt", None],
            ["ST-1", 1, "02.03.2025", "Kompetencer", "akut", None],
            ["ST-1", 3, "31-02-2025", "Kompetencer", "akut", None],
            ["ST-1", 3, date(2025, 7, 1), "Kompetence", "akut", None],
            ["ST-1", 3, date(2025, 7, 1), "Kompetencer", "akut", None],
            ["ST-1", 4, date(2025, 4, 1), "Kompetencer", "akut", date(2025, 3, 1)],
            ["ST-9", 1, date(2025, 4, 1), "Kompetencer", "akut", None],
            ["ST-1", 5, datetime(2025, 4, 1, 13, 30), "Kompetencer", "akut", None],
        ],
        "Bedømmelser": [
            SCORE,
            ["SK-1", "offer.3b", None, 4, date(2025, 1, 1)],
            ["PF-1", "offer.3b", None, 4, date(2025, 1, 1)],
            ["ST-1", "offer.3b", "opfyldt eller ikke opfyldt", 1, date(2025, 1, 1)],
            ["ST-1", "offer.3b", None, 0, date(2025, 1, 1)],
            ["ST-1", "offer.3c", None, 4, date(2025, 1, 1)],
            ["ST-1", "offer.3b", None, None, date(2025, 1, 1)],
        ],
        "Sanktioner": [
            ["Id", "Skridt", "Afgjort den", "Temaer"],
            ["BPA-1", "påbud", date(2025, 1, 1), "Kompetencer; Økonomi; Kompetencer"],
            ["BPA-1", "påbud", date(2025, 1, 1), "Kompetencer; Økonomi"],
            ["SK-1", "skærpet tilsyn med påbud", date(2025, 1, 1), None],
        ],
        "Tilsynsbesøg": [
            ["Id", "Besøgt den", "Formål", "Afdeling nr."],
            ["ST-1", date(2025, 1, 1), "basistilsyn", 7],
        ],
        "Bekymring": [["Id"], ["ST-1"]],
        "Ark1": [],
    }
    return book(target, sheets)
