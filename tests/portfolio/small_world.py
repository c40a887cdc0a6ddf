"""A small world for the tests: registers, and dossiers of every kind. All of it is synthetic."""

from datetime import date

from hypothesis import strategies as st

from engine.portfolio.sheets import LAST_DAY, CellType, ColumnSpec, sheet_spec
from models.facts.dossier import RECORD_KINDS_OF, Dossier
from models.registers import (
    BudgetDeadline,
    Indicator,
    Municipality,
    OfferTypeEntry,
    Registers,
    SizeClass,
    SourceWord,
    Theme,
)
from models.rulebook import LadderStep, Place, StepNature, Text
from models.terms import Authority, Basis, Kind, Ownership, SanctionStatus, SanctionStep, ScoreModel

AS_OF = date(2025, 6, 1)
START = date(2015, 1, 1)
REFORM_EVE = date(2025, 12, 31)
_BOTH = (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)


def _line(word, da, en=None, valid_from=START, valid_until=None):
    return {
        "word": word,
        "title": Text(da=da, en=en or da),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "basis": Basis.ASSUMPTION,
        "sources": ("synthetic",),
        "place": Place(file="small", line=1),
    }


def registers() -> Registers:
    one, binary = ScoreModel.ONE_TO_FIVE, ScoreModel.BINARY
    reform = date(2026, 1, 1)
    return Registers(
        themes=(
            Theme(**_line("competences", "Kompetencer", "Competences"), applies_to=_BOTH),
            Theme(**_line("economy", "Økonomi", "Economy"), applies_to=_BOTH, scored=False),
            Theme(
                **_line("education", "Uddannelse", "Education", valid_until=REFORM_EVE),
                applies_to=_BOTH,
            ),
        ),
        indicators=(
            Indicator(
                **_line("offer.3b", "Resultater", valid_until=REFORM_EVE),
                theme="competences",
                applies_to=(Kind.SOCIAL_OFFER,),
                score_model=one,
            ),
            Indicator(
                **_line("offer.3b", "Resultater", valid_from=reform),
                theme="competences",
                applies_to=(Kind.SOCIAL_OFFER,),
                score_model=binary,
            ),
            Indicator(
                **_line("family.4a", "Mål", valid_until=REFORM_EVE),
                theme="competences",
                applies_to=(Kind.FOSTER_FAMILY,),
                score_model=one,
            ),
        ),
        offer_types=(
            OfferTypeEntry(**_line("long_term", "Længerevarende botilbud"), paragraph="SEL § 108"),
        ),
        municipalities=(
            Municipality(**_line("aabenraa", "Aabenraa"), authority=Authority.SYD),
            Municipality(**_line("hjoerring", "Hjørring"), authority=Authority.OEST),
            Municipality(**_line("aeroe", "Ærø"), authority=Authority.SYD),
        ),
        size_classes=(SizeClass(**_line("small", "1-7"), places_from=0, places_to=7),),
        sources=(
            SourceWord(**_line("citizens", "Borgere", "Citizens"), applies_to=_BOTH),
            SourceWord(**_line("staff", "Medarbejdere", "Staff"), applies_to=_BOTH),
        ),
        budget_deadlines=(
            BudgetDeadline(
                **_line("private", "Private"),
                ownership=(Ownership.PRIVATE,),
                due_month=10,
                due_day=1,
            ),
            BudgetDeadline(
                **_line("public", "Offentlige"),
                ownership=(Ownership.MUNICIPAL, Ownership.REGIONAL),
                due_month=11,
                due_day=15,
            ),
        ),
    )


_ALWAYS = date(2022, 1, 1)
_LADDER = (
    *((step, _BOTH, _ALWAYS) for step in ("statement", "order_notice", "order")),
    *((step, _BOTH, _ALWAYS) for step in ("intensified_notice", "intensified_with_order")),
    ("intensified_without_order", _BOTH, date(2022, 2, 1)),
    ("reduction_notice", (Kind.FOSTER_FAMILY,), _ALWAYS),
    ("withdrawal_notice", (*_BOTH, Kind.PERSONAL_ASSISTANCE_EMPLOYER), _ALWAYS),
    ("withdrawal", (*_BOTH, Kind.PERSONAL_ASSISTANCE_EMPLOYER), _ALWAYS),
    ("report_to_municipality", (Kind.TREATMENT_SCHOOL,), date(2024, 7, 1)),
)


def ladder() -> tuple[LadderStep, ...]:
    """A ladder with the steps of the shipped one."""
    return tuple(
        LadderStep(
            step=SanctionStep(step),
            title=Text(da=step, en=step),
            nature=StepNature.DECISION,
            applies_to=kinds,
            valid_from=valid_from,
            basis=Basis.ASSUMPTION,
            sources=("synthetic",),
            reviewed=START,
            place=Place(file="small", line=1),
        )
        for step, kinds, valid_from in _LADDER
    )


_REGISTER_WORDS = {
    "municipality": ["aabenraa", "aeroe"],
    "theme": ["competences", "economy"],
    "offer_type": ["long_term"],
    "source": ["citizens", "staff"],
}
_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.sampled_from(
        ["æøå ÆØÅ", '"', "'", "''", "=1+1", "+x", "-x", "@SUM(A1)", "\ttab", "a\r\nb;c", "'=x", ";"]
    ),
    st.sampled_from(["\rx", " blank ", "_x0041_", "＝1", "a\n\nb", "'-"]),
)
_FREE = st.one_of(_TEXTS, st.just(""))


def _days(earliest: date, latest: date) -> st.SearchStrategy[date]:
    return st.one_of(st.dates(earliest, latest), st.sampled_from([earliest, latest]))


def _value(key: str, column: ColumnSpec, kind: Kind) -> st.SearchStrategy:
    """Values of one column; event dates lie on one day, so that no two are out of order."""
    name = column.name
    if column.register == "indicator":
        return st.just("offer.3b" if kind is Kind.SOCIAL_OFFER else "family.4a")
    if column.cell is CellType.DATE:
        later = name.endswith(("due_on", "ends_on", "expires_on", "deadline_on"))
        return _days(AS_OF, LAST_DAY) if later else st.just(AS_OF)
    if column.many:
        words = _REGISTER_WORDS[column.register]
        return st.lists(st.sampled_from(words), unique=True).map(tuple)
    if column.register is not None:
        return st.sampled_from(_REGISTER_WORDS[column.register])
    if column.enum is not None:
        return st.sampled_from(list(column.enum))
    if column.cell is CellType.FLAG:
        return st.booleans()
    if column.cell is CellType.INTEGER:
        return st.integers(max(column.low, 1), column.high)
    if name in ("reason", "child", "consultant", "decision", "decided_by", "frame", "cluster"):
        return _TEXTS
    return _FREE


@st.composite
def records(draw, key: str, kind: Kind, subject_id: str, no: int):
    spec = sheet_spec(key)
    values = {"subject_id": subject_id, "no": no}
    for column in spec.columns[2:]:
        if name_is_reference(key, column.name):
            continue
        if column.required or draw(st.booleans()):
            values[column.name] = draw(_value(key, column, kind))
    if key == "score":
        values |= {"score_model": ScoreModel.ONE_TO_FIVE, "exempt": False}
        values["value"] = draw(st.integers(1, 5))
    if key == "sanction":
        allowed = [step for step, kinds, _ in _LADDER if kind in kinds]
        values["step"] = SanctionStep(draw(st.sampled_from(allowed)))
        if values.get("status") is SanctionStatus.FULFILLED:
            values["fulfilled_on"] = AS_OF
    if key == "budget":
        values |= {"deadline_on": AS_OF, "approval_deadline_on": AS_OF}
        values["budget_year"] = draw(st.integers(2016, 2026))
    return spec.model(**values)


def name_is_reference(key: str, name: str) -> bool:
    return (key, name) in {
        ("visit", "department"),
        ("visit", "supervision"),
        ("appeal", "sanction"),
        ("lead_decision", "sanction"),
    }


@st.composite
def dossiers(draw, number: int) -> Dossier:
    kind = draw(st.sampled_from(list(Kind)))
    subject_id = f"ID-{number:05d}"
    spec = sheet_spec(kind.value)
    values = {"subject_id": subject_id}
    for column in spec.columns[1:]:
        if column.required or draw(st.booleans()):
            values[column.name] = draw(_value(kind.value, column, kind))
    held = {}
    for key in draw(st.lists(st.sampled_from(sorted(RECORD_KINDS_OF[kind])), max_size=4)):
        count = draw(st.integers(1, 3))
        held[key] = tuple(draw(records(key, kind, subject_id, no)) for no in range(1, count + 1))
    return Dossier(spec.model(**values), held)


@st.composite
def portfolios(draw) -> tuple[Dossier, ...]:
    count = draw(st.integers(1, 3))
    return tuple(draw(dossiers(number)) for number in range(1, count + 1))
