"""Every rate of the synthetic portfolio that no source publishes: OUR ASSUMPTIONS, all of them.

Where a source bounds a rate or says it in words, the comment names it; the number is still ours.
Shares are in per cent of the subjects unless the name says otherwise.
"""

from __future__ import annotations

from models.terms import (
    Authority,
    Documentation,
    DwellingForm,
    FamilyType,
    ForceBasis,
    Ownership,
    Segment,
    Severity,
)

__all__ = [
    "ANONYMOUS_CHANCE",
    "BINARY_MET_CHANCE",
    "CHILD_PLAN_RECEIVED_CHANCE",
    "CLUSTERS",
    "CONCERNS_PER_100_FAMILIES",
    "CONCERNS_PER_100_OFFERS",
    "CONCERN_LOOK_BACK_DAYS",
    "CONDITION_OF_NEW_APPROVALS_CHANCE",
    "CONSULTANT_YEARS_AT_MOST",
    "DECLINE_SUSPECTED_CHANCE",
    "DEPARTMENTS_PER_OFFER",
    "DEPARTMENT_STEEPNESS",
    "DOCUMENTATION",
    "DROPS_OF_TWO",
    "EFFECT_CONFIRMED_CHANCE",
    "EMERGENCY_PLAN_COMPLETE_CHANCE",
    "EMPTY_FAMILY_LAPSING_CHANCE",
    "EVENING_CHANCE",
    "FAMILIES_WITH_ONE_VISIT",
    "FAMILIES_WITH_TWO_VISITS_OR_MORE",
    "FAMILY_PLACES",
    "FAMILY_TYPE_SHARES",
    "FAMILY_UNANNOUNCED",
    "FAMILY_VISIT_STEEPNESS",
    "FORCE_BASIS_ADULTS",
    "FORCE_BASIS_CHILDREN",
    "FORCE_PERMITTED_PERCENT",
    "FORCE_REPORT_OFFERS",
    "FORCE_REPORT_SPECIALISED_FAMILIES",
    "GOALS_CLEAR_CHANCE",
    "GOALS_DOCUMENTED_CHANCE",
    "HEARING_DAYS",
    "HISTORY_UNANNOUNCED_CHANCE",
    "HISTORY_YEAR_VISITED_CHANCE",
    "IN_DOUBT_CHANCE",
    "LARGELY_WITHOUT_SPEECH_CHANCE",
    "LARGEST_OFFER_PLACES",
    "LATE_FILING_DAYS",
    "LOWER_PLACE_CHANCE",
    "NEED_ABOVE_APPROVAL_CHANCE",
    "NEED_ABOVE_PREVIOUS_CHANCE",
    "NETWORK_FAMILY_CHANCE",
    "NIGHT_BACKGROUND_MEAN_PERCENT",
    "NIGHT_STAFF_CHANCE",
    "NIGHT_VISIT_CHANCE",
    "NOT_FILED_OF_LATE_AND_NOT_APPROVED",
    "NOT_MET_PER_UNANNOUNCED",
    "OFFERS_WITH_NO_VISIT",
    "OFFERS_WITH_ONE_DEPARTMENT",
    "OFFERS_WITH_ONE_VISIT",
    "OFFERS_WITH_TWO_VISITS",
    "OFFER_TYPES",
    "OFFER_UNANNOUNCED",
    "OFFER_VISIT_STEEPNESS",
    "ONE_DEPARTMENT_NOT_REGISTERED",
    "ONE_FOSTER_PARENT_CHANCE",
    "OPEN_WARNINGS_PER_1000",
    "ORDER_FULFILLED_CHANCE",
    "OUTWARD_REACTING_CHANCE",
    "OVERRIDES_PER_AUTHORITY",
    "PLACE_TAKEN_CHANCE",
    "POINTS_FAMILY",
    "POINTS_OFFER",
    "PORTAL_REPORT_CHANCE",
    "PREDICTABILITY_CHANCE",
    "PRIVATE_SHARE",
    "PUBLIC_APPROVED_WITHIN_THE_YEAR_CHANCE",
    "PUBLIC_OWNERS",
    "REJECTED_OF_NOT_APPROVED",
    "RELIEF_CHANCE",
    "REPORT_CHANCE",
    "RISK_ASSESSED_CHANCE",
    "RISK_SIGN_CHANCE",
    "ROUGH_POPULATION_ELSEWHERE_THOUSANDS",
    "ROUGH_POPULATION_THOUSANDS",
    "SCHOOLS",
    "SCORE_WEIGHTS",
    "SECOND_OFFER_TYPE_CHANCE",
    "SECOND_SEGMENT_CHANCE",
    "SEVERITY",
    "SIZE_CLASS_SHARES",
    "STATEMENT_ADEQUATE_CHANCE",
    "STATEMENT_CHANCE",
    "STATEMENT_LATE_CHANCE",
    "SUPPORT_AROUND_CHANCE",
    "SURPLUS_CHANCE",
    "TEMPLATE_WRONG_CHANCE",
    "THEME_SMOOTHING",
    "TROUBLED_BINARY_MET_CHANCE",
    "TROUBLED_FROM",
    "TROUBLED_SCORE_WEIGHTS",
    "VISIT_MINUTES",
    "WITHDRAWAL_APPEALED_CHANCE",
]

A = Authority

# --- offers -----------------------------------------------------------------------------------
# The sources give no split by owner. These shares let the published national shares of budgets
# follow from the authorities' shares within their bounds (001_289735031603f19e.txt:5399-5526).
PRIVATE_SHARE = {A.NORD: 35, A.MIDT: 45, A.SYD: 45, A.OEST: 45, A.HOVEDSTADEN: 57}
PUBLIC_OWNERS = {Ownership.MUNICIPAL: 85, Ownership.REGIONAL: 15}
# A rate over a rate in table 8 where both can be true; elsewhere the lowest of these.
DEPARTMENTS_PER_OFFER = {A.NORD: 1.8, A.MIDT: 1.8, A.SYD: 1.89, A.OEST: 1.91, A.HOVEDSTADEN: 1.8}
OFFERS_WITH_ONE_DEPARTMENT = 62
ONE_DEPARTMENT_NOT_REGISTERED = 12
DEPARTMENT_STEEPNESS = 1.5
SIZE_CLASS_SHARES = {"places_0_7": 42, "places_8_24": 38, "places_25_49": 14, "places_50_up": 6}
LARGEST_OFFER_PLACES = 120
# Offer type: share, dwelling form, segments that occur (the first most often).
OFFER_TYPES: dict[str, tuple[float, DwellingForm, tuple[Segment, ...]]] = {
    "housing_long_term": (16, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "housing_temporary": (14, DwellingForm.RESIDENTIAL, (Segment.ADULTS, Segment.MIXED)),
    "housing_like_general": (14, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "housing_like_elderly": (3, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "housing_like_rented": (3, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "children_home_place_of_residence": (
        17,
        DwellingForm.RESIDENTIAL,
        (Segment.CHILDREN, Segment.MIXED),
    ),
    "children_home_institution": (10, DwellingForm.RESIDENTIAL, (Segment.CHILDREN, Segment.MIXED)),
    "activity_and_company": (4, DwellingForm.DAY, (Segment.ADULTS,)),
    "sheltered_employment": (3, DwellingForm.DAY, (Segment.ADULTS,)),
    "day_alcohol_treatment": (1, DwellingForm.DAY, (Segment.ADULTS,)),
    "day_drug_treatment": (1, DwellingForm.DAY, (Segment.ADULTS,)),
    "outpatient_alcohol_treatment": (3, DwellingForm.OUTPATIENT, (Segment.ADULTS,)),
    "outpatient_anonymous_drug_treatment": (1, DwellingForm.OUTPATIENT, (Segment.ADULTS,)),
    "outpatient_drug_treatment_young": (1, DwellingForm.OUTPATIENT, (Segment.CHILDREN,)),
    "outpatient_drug_treatment_adults": (2, DwellingForm.OUTPATIENT, (Segment.ADULTS,)),
    "residential_alcohol_treatment": (0.5, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "residential_drug_treatment": (0.5, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "shelter": (2.5, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "womens_crisis_centre": (2.5, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
    "rehabilitation": (1, DwellingForm.RESIDENTIAL, (Segment.ADULTS,)),
}
SECOND_SEGMENT_CHANCE = 0.25
SECOND_OFFER_TYPE_CHANCE = 0.08
# Three clusters exist at Syd, one of which is named (000_0be2027a0e412987.txt:1886-1900).
CLUSTERS = {Segment.CHILDREN: "cluster-1", Segment.MIXED: "cluster-2", Segment.ADULTS: "cluster-3"}
NIGHT_STAFF_CHANCE = 0.55
# 55 % of the night guards' offers have relevant background (000_0be2027a0e412987.txt:4050-4058).
NIGHT_BACKGROUND_MEAN_PERCENT = 55
LARGELY_WITHOUT_SPEECH_CHANCE = 0.18
OUTWARD_REACTING_CHANCE = 0.22
PREDICTABILITY_CHANCE = 0.15
EMERGENCY_PLAN_COMPLETE_CHANCE = 0.86
GOALS_DOCUMENTED_CHANCE = 0.9

# --- families ---------------------------------------------------------------------------------
# In words: most are general or reinforced, slightly more reinforced (001_...:3827-3831).
FAMILY_TYPE_SHARES = {
    FamilyType.GENERAL: 46,
    FamilyType.REINFORCED: 49,
    FamilyType.SPECIALISED: 5,
}
FAMILY_PLACES = {1: 46, 2: 36, 3: 14, 4: 4}
LOWER_PLACE_CHANCE = 0.3
PLACE_TAKEN_CHANCE = 0.82
RELIEF_CHANCE = 0.15
NEED_ABOVE_APPROVAL_CHANCE = 0.02
# Of Syd's about 400 families with a wider approval since summer 2024 (000_...:3743-3759).
NEED_ABOVE_PREVIOUS_CHANCE = 0.2
NETWORK_FAMILY_CHANCE = 0.12
ONE_FOSTER_PARENT_CHANCE = 0.3
SURPLUS_CHANCE = 0.92
SUPPORT_AROUND_CHANCE = 0.88
CHILD_PLAN_RECEIVED_CHANCE = 0.85
GOALS_CLEAR_CHANCE = 0.78
EMPTY_FAMILY_LAPSING_CHANCE = 0.25
# Diary about a quarter, notes a half, neither about a quarter (002_c7b3169ddc9536ee.txt:1871-1886).
DOCUMENTATION = {
    Documentation.DIARY: 25,
    Documentation.NOTES: 50,
    Documentation.STATUS_REPORT_ONLY: 25,
}

# --- visits -----------------------------------------------------------------------------------
# Where a share is published only as a range, the value chosen within it.
OFFERS_WITH_NO_VISIT = 1
OFFERS_WITH_ONE_VISIT = {A.NORD: 30, A.SYD: 22}
OFFERS_WITH_TWO_VISITS = {A.NORD: 30, A.MIDT: 25, A.SYD: 22, A.OEST: 17, A.HOVEDSTADEN: 23}
FAMILIES_WITH_ONE_VISIT = {A.MIDT: 87, A.OEST: 92, A.HOVEDSTADEN: 88}
FAMILIES_WITH_TWO_VISITS_OR_MORE = {A.NORD: 31, A.MIDT: 12, A.OEST: 8, A.HOVEDSTADEN: 11}
OFFER_UNANNOUNCED = {A.NORD: 28, A.MIDT: 34, A.OEST: 37}
FAMILY_UNANNOUNCED = {A.OEST: 26.7}
OFFER_VISIT_STEEPNESS = 2.0
FAMILY_VISIT_STEEPNESS = 1.0
# Families not at home; Nord: 344 of 1,136 in 2021 and 214 beside 547 in 2023 (notes on 003, 004).
NOT_MET_PER_UNANNOUNCED = 0.2
HISTORY_YEAR_VISITED_CHANCE = 0.94
HISTORY_UNANNOUNCED_CHANCE = 0.25
NIGHT_VISIT_CHANCE = 0.02
EVENING_CHANCE = 0.12
REPORT_CHANCE = 0.95
VISIT_MINUTES = (60, 240)

# --- scores -----------------------------------------------------------------------------------
# Theme means of 4.5 and more (notes on 003, 3809-4270): weights of the scores 5, 4, 3 and 2.
SCORE_WEIGHTS = (63, 32, 4.5, 0.5)
TROUBLED_SCORE_WEIGHTS = (38, 42, 17, 3)
TROUBLED_FROM = 0.9
DROPS_OF_TWO = 1.5
BINARY_MET_CHANCE = 0.965
TROUBLED_BINARY_MET_CHANCE = 0.85

# --- concerns and sanctions -------------------------------------------------------------------
CONCERNS_PER_100_OFFERS = 20
CONCERNS_PER_100_FAMILIES = 8
CONCERN_LOOK_BACK_DAYS = 540
SEVERITY = {
    Severity.MILD: 40,
    Severity.MODERATE: 42,
    Severity.SERIOUS: 15,
    Severity.ACUTE: 3,
}
THEME_SMOOTHING = 1
ANONYMOUS_CHANCE = 0.35
STATEMENT_CHANCE = {
    Severity.MILD: 0.1,
    Severity.MODERATE: 0.45,
    Severity.SERIOUS: 0.85,
    Severity.ACUTE: 0.95,
}
STATEMENT_LATE_CHANCE = 0.12
STATEMENT_ADEQUATE_CHANCE = 0.85
EFFECT_CONFIRMED_CHANCE = 0.85
HEARING_DAYS = (14, 35)
OPEN_WARNINGS_PER_1000 = 4
ORDER_FULFILLED_CHANCE = 0.7
WITHDRAWAL_APPEALED_CHANCE = 0.5

# --- budgets ----------------------------------------------------------------------------------
LATE_FILING_DAYS = 50
NOT_FILED_OF_LATE_AND_NOT_APPROVED = 0.25
REJECTED_OF_NOT_APPROVED = 0.08
TEMPLATE_WRONG_CHANCE = 0.06
PUBLIC_APPROVED_WITHIN_THE_YEAR_CHANCE = 0.3

# --- the rest ---------------------------------------------------------------------------------
POINTS_OFFER = {0: 35, 1: 40, 2: 25}
POINTS_FAMILY = {0: 55, 1: 35, 2: 10}
FORCE_REPORT_OFFERS = 18
FORCE_REPORT_SPECIALISED_FAMILIES = 10
FORCE_BASIS_ADULTS = {
    ForceBasis.HOLDING_124: 70,
    ForceBasis.SAFETY_TECHNOLOGY_128B: 8,
    ForceBasis.FABRIC_HARNESS_128: 12,
    ForceBasis.NO_LEGAL_BASIS: 10,
}
FORCE_BASIS_CHILDREN = {
    ForceBasis.CHILD_PHYSICAL_9_2: 85,
    ForceBasis.OTHER_PARAGRAPH: 8,
    ForceBasis.NO_LEGAL_BASIS: 7,
}
# 90 % permitted, 8 % not, 2 % not stated (002_c7b3169ddc9536ee.txt:2273-2339).
FORCE_PERMITTED_PERCENT = (90, 8, 2)
CONDITION_OF_NEW_APPROVALS_CHANCE = 0.05
RISK_ASSESSED_CHANCE = 0.75
IN_DOUBT_CHANCE = 0.01
DECLINE_SUSPECTED_CHANCE = 0.012
RISK_SIGN_CHANCE = 0.005
OVERRIDES_PER_AUTHORITY = 3
PORTAL_REPORT_CHANCE = 0.12
# Consultants change every second year at Syd (000_0be2027a0e412987.txt:2351-2353).
CONSULTANT_YEARS_AT_MOST = 2.5

# --- assistance employers and treatment schools (only when asked for) ---------------------------
# Nord supervises 20 employers (table 2). Syd has 9 schools, Hovedstaden 68; the others are ours.
SCHOOLS = {A.NORD: 15, A.MIDT: 30, A.SYD: 9, A.OEST: 25, A.HOVEDSTADEN: 68}

ROUGH_POPULATION_THOUSANDS = {
    "koebenhavn": 640,
    "aarhus": 355,
    "aalborg": 220,
    "odense": 205,
    "vejle": 120,
    "esbjerg": 115,
    "frederiksberg": 104,
    "randers": 98,
    "silkeborg": 97,
    "viborg": 97,
    "horsens": 93,
    "kolding": 93,
    "roskilde": 90,
    "herning": 89,
    "slagelse": 79,
    "naestved": 83,
    "soenderborg": 74,
    "gentofte": 75,
    "hjoerring": 64,
    "fredericia": 52,
    "fanoe": 3,
    "laesoe": 2,
    "samsoe": 4,
    "aeroe": 6,
    "langeland": 12,
    "dragoer": 14,
    "vallensbaek": 17,
}
ROUGH_POPULATION_ELSEWHERE_THOUSANDS = 45
