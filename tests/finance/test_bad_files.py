"""Whatever is wrong in a finance file is said at once, with file and line, and how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import tilsynstryk
from engine.finance import load_finance
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError

RULES = default_rulebook_folder()
OWN = Path(__file__).parents[2] / "fixtures" / "finance" / "midt-2027.yaml"
WEIGHTS = "{places_0_7: 1, places_8_24: 1.1, places_25_49: 1.2, places_50_up: 1.3}"
SOURCED = 'basis: practice, sources: ["x"], reviewed: 2026-11-22'
PRINTED = "{places_0_7: 1000, places_8_24: 1100, places_25_49: 1200, places_50_up: 1300}"


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as found:
        load_finance(authority_files=[path])
    assert all(p.place.file == str(path) for p in found.value.problems)
    return [f"{p.place.line}: {p.text}" for p in found.value.problems]


def weights(tmp_path: Path, extra: str = "", table: str = WEIGHTS) -> str:
    return f"weights:\n  - {{from: 2027-01-01{extra}, by size: {table}, {SOURCED}}}\n"


BAD = {
    "no authority": ("hourly prices: []", "'authority' is missing"),
    "another authority": ("authority: sjaelland", "'authority' is 'sjaelland'"),
    "a line too many": ("authority: midt\nprices: 3", "2: 'prices' is not known here"),
    "no lines": ("- midt", "lines 'key: value'"),
    "a Danish thousand": (
        f"authority: midt\nhourly prices:\n  - {{from: 2027-01-01, dkk: 1.626, {SOURCED}}}",
        "3: 'hourly prices > 1 > dkk' is 1.626; write a whole number",
    ),
    "a small base": (
        f"authority: midt\n{weights(Path())}tariffs:\n"
        f"  - {{product: base, year: 2027, base dkk: 38.158, {SOURCED}}}",
        "write 38158 and not 38.158",
    ),
    "two origins": (
        f"authority: midt\n{weights(Path())}tariffs:\n  - {{product: base, year: 2027, "
        f"base dkk: 38158, printed dkk: {PRINTED}, {SOURCED}}}",
        "exactly one of 'printed dkk', 'base dkk' and 'to collect'",
    ),
    "no weights": (
        f"authority: midt\ntariffs:\n  - {{product: base, year: 2027, base dkk: 38158, {SOURCED}}}",
        "3: there are no weights for 2027",
    ),
    "falling weights": (
        "authority: midt\n" + weights(Path(), table=WEIGHTS.replace("1.3", "1.1")),
        "the first weight must be 1",
    ),
    "a weight in words": (
        "authority: midt\n" + weights(Path(), table=WEIGHTS.replace("1.3", "many")),
        "'weights > 1 > by size > places 50 up' is 'many'; write a number",
    ),
    "a size class left out": (
        "authority: midt\n" + weights(Path(), table="{places_0_7: 1}"),
        "'weights > 1 > by size > places 8 24' is missing",
    ),
    "an end before the beginning": (
        "authority: midt\n" + weights(Path(), extra=", until: 2026-01-01"),
        "ends before it begins",
    ),
    "two in force": (
        "authority: midt\nhourly prices:\n"
        f"  - {{from: 2027-01-01, dkk: 600, {SOURCED}}}\n"
        f"  - {{from: 2028-01-01, dkk: 620, {SOURCED}}}",
        "4: two under 'hourly prices' hold on 2028-01-01, the other in line 3",
    ),
    "two hours of a case": (
        "authority: midt\ncase hours:\n"
        f"  - {{case: bpa_approval, from: 2027-01-01, hours: 36, {SOURCED}}}\n"
        f"  - {{case: bpa_supervision, from: 2027-01-01, hours: 13, {SOURCED}}}\n"
        f"  - {{case: bpa_approval, from: 2027-06-01, hours: 36, {SOURCED}}}",
        "5: two under 'case hours' hold on 2027-06-01, the other in line 3",
    ),
    "a year twice": (
        "authority: midt\nsubjects:\n"
        f"  - {{year: 2027, offers: 3, families: 4, {SOURCED}}}\n"
        f"  - {{year: 2027, offers: 4, families: 4, {SOURCED}}}",
        "4: the same stands under 'subjects' in line 3",
    ),
    "half the parts": (
        f"authority: midt\nsubjects:\n  - {{year: 2027, adult offers: 3, families: 4, {SOURCED}}}",
        "must have 'offers', or both",
    ),
    "an unknown municipality": (
        "authority: midt\nmunicipal shares:\n"
        f"  - {{year: 2027, budget dkk: 3, children: {{aarhuus: 3}}, {SOURCED}}}",
        "'aarhuus' is not a municipality of the register; did you mean 'aarhus'?",
    ),
    "children without a budget": (
        "authority: midt\nmunicipal shares:\n"
        f"  - {{year: 2027, children: {{aarhus: 3}}, {SOURCED}}}",
        "'children' and 'budget dkk' go together",
    ),
    "no children": (
        "authority: midt\nmunicipal shares:\n"
        f"  - {{year: 2027, budget dkk: 3, children: {{aarhus: 0}}, {SOURCED}}}",
        "nobody to share it out to",
    ),
    "nobody": (
        f"authority: midt\nmunicipal shares:\n  - {{year: 2027, {SOURCED}}}",
        "nobody to share it out to",
    ),
    "no offers to collect from": (
        f"authority: midt\n{weights(Path())}tariffs:\n  - {{product: base, year: 2027, "
        "to collect: {dkk: 3, offers: {places_0_7: 0, places_8_24: 0, places_25_49: 0, "
        f"places_50_up: 0}}}}, {SOURCED}}}",
        "nobody to share it out to",
    ),
    "a share above one": (
        "authority: midt\nintensified:\n"
        f"  - {{from: 2027-01-01, share of base: 10, per: month, {SOURCED}}}",
        "above 0 and at most 1",
    ),
    "intensified without a base": (
        f"authority: midt\n{weights(Path())}tariffs:\n"
        f"  - {{product: intensified, year: 2027, printed dkk: {PRINTED}, {SOURCED}}}",
        "intensified supervision follows the base tariff",
    ),
    "intensified without a rule": (
        f"authority: midt\n{weights(Path())}tariffs:\n"
        f"  - {{product: base, year: 2027, base dkk: 38158, {SOURCED}}}\n"
        f"  - {{product: intensified, year: 2027, printed dkk: {PRINTED}, {SOURCED}}}",
        "6: there is no rule for 2027 under 'intensified'",
    ),
    "an index nobody knows": (
        f"authority: midt\n{weights(Path())}tariffs:\n  - {{product: base, year: 2027, "
        f"in prices of: 2029, printed dkk: {PRINTED}, {SOURCED}}}",
        "the price index from 2027 to 2028 is not known",
    ),
    "a misprint without a reason": (
        f"authority: midt\n{weights(Path())}tariffs:\n  - {{product: base, year: 2027, "
        f"misprinted: [places_0_7], printed dkk: {PRINTED}, {SOURCED}}}",
        "'misprinted' (size classes) and 'misprint' (why) go together",
    ),
    "no hours": (
        "authority: midt\ncase hours:\n"
        f"  - {{case: bpa_approval, from: 2027-01-01, hours: 0, {SOURCED}}}",
        "'case hours > 1 > hours' is 0; write a number above nought",
    ),
    "no source": (
        "authority: midt\nhourly prices:\n"
        "  - {from: 2027-01-01, dkk: 600, basis: practice, sources: [], reviewed: 2026-11-22}",
        "'hourly prices > 1 > sources' is empty",
    ),
    "no basis": (
        "authority: midt\nhourly prices:\n"
        '  - {from: 2027-01-01, dkk: 600, basis: guess, sources: ["x"], reviewed: 2026-11-22}',
        "'hourly prices > 1 > basis' is 'guess'",
    ),
    "no day": (
        f"authority: midt\nhourly prices:\n  - {{from: next year, dkk: 600, {SOURCED}}}",
        "'hourly prices > 1 > from' is 'next year'; write a day",
    ),
    "a key twice": ("authority: midt\nauthority: syd", "2: 'authority' stands twice"),
    "no YAML": ("authority: [midt", "not valid YAML"),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_one_mistake_is_one_line(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(tmp_path, text)
    assert any(expected in line for line in found), found


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    text = OWN.read_text(encoding="utf-8")
    text = text.replace("dkk: 650", "dkk: 0.650").replace("skive: 8200", "skiwe: -3")
    text = text.replace("basis: assumption", "basis: hunch").replace("families: 1200", "famlies: 3")
    found = problems(tmp_path, text)
    assert len(found) >= 5
    assert [int(line.split(":")[0]) for line in found] == sorted(
        int(line.split(":")[0]) for line in found
    )


def test_two_files_of_one_authority(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    shutil.copy(OWN, other)
    with pytest.raises(RulebookError, match="has the file"):
        load_finance(authority_files=[OWN, other])


def test_an_own_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    mine = tmp_path / "syd.yaml"
    mine.write_text("authority: syd\n", encoding="utf-8")
    finance = load_finance(authority_files=[mine])
    assert [row.authority.value for row in finance.authorities.values()] == ["nord", "syd"]
    assert not any(row.tariffs for row in finance.authorities.values())


def _page(tmp_path: Path, name: str, old: str, new: str) -> RulebookError:
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    path = rules / "finance" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as found:
        load_finance(rules)
    assert any(p.place.file == f"rules/finance/{name}" for p in found.value.problems)
    return found.value


SYD, EXAMPLES, NATIONAL = (
    "printed/syd-2016-2018.yaml",
    "printed/post-adjustment.yaml",
    "national.yaml",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (SYD, '"need_before * 99 / 100"', '"later + 1"', "'later' cannot be worked out"),
        (SYD, "id: saving", "id: need_before", "'need_before' stands twice"),
        (SYD, "[52581, 53418, 530]", "[52581, 53418]", "has 2 numbers"),
        (SYD, 'column: "Regnskab"', 'column: "Ude"', "no column 'Ude'"),
        (SYD, "unit: mio_dkk", "unit: eur", "'figures > 1 > unit' is 'eur'"),
        (EXAMPLES, "kind: takeover", "kind: gift", "is 'gift'"),
        (EXAMPLES, "[1481, 1852, 1667]", "[1481, 1852]", "as long as each other"),
        (NATIONAL, "frames:", "framess:", "'framess' is not known here"),
        (NATIONAL, "year: 2026", "year: 1999", "'frames > 1 > year' is 1999"),
        (SYD, 'follows from: "need_before * 1', 'to: 0\n    follows from: "1 + 1', "above nought"),
        (NATIONAL, "percent: 3.4", "percent: -100", "a year's rise is a few per cent"),
        (NATIONAL, "cut percent: 30", "cut percent: 130", "per cent from 0 to 100"),
        (NATIONAL, "spending dkk: 282_000_000", "spending dkk: 0", "it must be 1 or more"),
        (NATIONAL, "offers: {nord: 260, ", "offers: {", "each of the five authorities"),
        (NATIONAL, "offers: {nord: 260", "offers: {nrd: 260", "> offers > nrd' is 'nrd'"),
        (NATIONAL, "from year: 2025", "from year: 2017", "under 'price steps' in line"),
    ],
)
def test_mistakes_in_the_shipped_pages(
    tmp_path: Path, name: str, old: str, new: str, expected: str
) -> None:
    assert expected in str(_page(tmp_path, name, old, new))


def test_a_rulebook_without_finance_takes_the_shipped_figures(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    shutil.rmtree(rules / "finance")
    assert load_finance(rules).national == load_finance().national


def test_a_command_says_it_in_danish_and_ends_with_two(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(BAD["a Danish thousand"][0], encoding="utf-8")
    args = ["finance", "bpa", "--year", "2027", "--authority-file", str(mine)]
    result = CliRunner().invoke(tilsynstryk, args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Finanstallene kan ikke bruges:",
        f"{mine}:3: 'hourly prices > 1 > dkk' er 1.626; skriv et helt tal uden "
        "tusindtalspunktum, som 38158",
    ]
