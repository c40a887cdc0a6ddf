"""The first page: what was asked, what the answer is, how sure it is, what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from engine.simulation.report.charts_assumptions import (
    answers,
    known_shares,
    title_of,
    told_apart,
)
from engine.simulation.report.charts_effort import cut_policy, signed_percent
from engine.simulation.report.content import Block, Bullets, Paragraph
from engine.simulation.report.facts import ReportFacts
from engine.simulation.report.findings import Findings
from engine.simulation.report.numbers import Unit
from engine.simulation.report.results import Figure, PolicyShown
from engine.simulation.report.verdicts import tried, unsure, verdict_of
from engine.simulation.sureness import Outcome
from engine.simulation.tables import Measure
from models.terms import Basis

__all__ = ["KEY_MEASURES", "BreachCount", "Summary"]

KEY_MEASURES = (
    Measure.HOURS,
    Measure.VISITS,
    Measure.MONEY_DKK,
    Measure.UNDETECTED_MONTHS,
    Measure.UNDETECTED_SERIOUS_MONTHS,
    Measure.DELAY_MEDIAN_MONTHS,
    Measure.DELAY_90_PERCENT_MONTHS,
    Measure.DELAY_OVER_A_YEAR_PERCENT,
    Measure.DECLINES_RECOVERED_UNFOUND,
    Measure.DECLINES_UNFOUND_AT_END,
    Measure.FALSE_GREEN_PERCENT,
    Measure.SINCE_VISIT_OVER_TWO_YEARS,
    Measure.BREACHES,
)
_MOST_DOUBTS = 4
_MOST_NAMED = 2
_NEAR_ENOUGH = 0.5
_FULL_SENTENCES = 3


class BreachCount:
    """Whether policies break the law's longest time between visits, or nobody counted."""

    def __init__(self, findings: Findings) -> None:
        self._results = findings.results

    def of(self, policy: PolicyShown) -> Figure | None:
        """The breaches a year."""
        return self._results.level(policy, Measure.BREACHES)

    def broken(self) -> list[PolicyShown]:
        """Policies with any breach in any replicate."""
        counts = [(policy, self.of(policy)) for policy in self._results.policies]
        return [p for p, count in counts if count is not None and _any(count)]

    def uncounted(self) -> list[PolicyShown]:
        """Policies whose breaches nobody counted."""
        return [policy for policy in self._results.policies if self.of(policy) is None]


def _any(count: Figure) -> bool:
    return count.mean > 0 or (count.high or 0.0) > 0


class Summary:
    """Writes the first page of a report."""

    def __init__(self, findings: Findings, facts: ReportFacts) -> None:
        self._findings = findings
        self._results = findings.results
        self._texts = findings.texts
        self._facts = facts
        self._breaches = BreachCount(findings)

    def title(self) -> str:
        """The title of the whole report."""
        others, texts = self._results.others, self._texts
        if not others:
            return texts.said("page.title_one")
        if len(others) > 1:
            return texts.said("page.title_many", count=len(others) + 1)
        policy = others[0]
        if policy.cut_percent and policy.cut_measure:
            return texts.said(
                "page.title_cut",
                percent=self._findings.percent(policy.cut_percent),
                measure=texts.cut_measure(policy.cut_measure),
            )
        return texts.said("page.title_two", policy=self._findings.quoted(policy))

    def asked(self) -> list[Block]:
        """Who, when, how long, and which cuts by which measure."""
        facts, texts, numbers = self._facts, self._texts, self._findings.numbers
        said = [
            texts.said(
                "summary.question",
                portfolio=facts.portfolio,
                subjects=numbers.plain(facts.subjects),
                years=facts.years,
                as_of=facts.as_of.isoformat(),
                replicates=numbers.plain(facts.replicates),
                baseline=self._findings.quoted(self._results.baseline),
            )
        ]
        if not self._results.others:
            said.append(texts.said("summary.question_alone"))
        else:
            against = texts.listed([self._against(policy) for policy in self._results.others])
            said.append(texts.said("summary.question_against", policies=against))
        blocks: list[Block] = [Paragraph(" ".join(said))]
        if facts.synthetic:
            blocks.append(Paragraph(texts.said("page.synthetic"), "note"))
        return blocks

    def _against(self, policy: PolicyShown) -> str:
        quoted = self._findings.quoted(policy)
        if not policy.cut_percent or not policy.cut_measure:
            return self._texts.said("summary.question_other", policy=quoted)
        return self._texts.said(
            "summary.question_cut",
            policy=quoted,
            percent=self._findings.percent(policy.cut_percent),
            measure=self._texts.cut_measure(policy.cut_measure),
        )

    def measured(self) -> list[Block]:
        """What the named cut is on each measure."""
        results, texts = self._results, self._texts
        cut = [policy for policy in results.others if policy.cut_percent]
        if not cut:
            return list(self._alike())
        policy = cut_policy(self._findings)
        hours, visits, money = (
            signed_percent(self._findings, results.change_percent(policy, measure))
            for measure in (Measure.HOURS, Measure.VISITS, Measure.MONEY_DKK)
        )
        said = texts.said(
            "summary.measured",
            percent=self._findings.percent(policy.cut_percent or 0.0),
            measure=texts.cut_measure(policy.cut_measure or ""),
            policy=self._findings.quoted(policy),
            hours=hours,
            visits=visits,
            money=money,
        )
        return [Paragraph(said), *self._not_reached(cut), *self._alike()]

    def _not_reached(self, cut: Sequence[PolicyShown]) -> Iterator[Block]:
        """Which policies save less than their cut says, on its own measure."""
        texts, missed = self._texts, []
        for policy in cut:
            measure, wanted = policy.cut_measure or "", policy.cut_percent or 0.0
            change = self._results.change_percent(policy, measure)
            if change is None or -change.mean >= wanted - max(2 * change.error, _NEAR_ENOUGH):
                continue
            actual = self._findings.numbers.with_error(-change.mean, Unit.PERCENT, change.error)
            missed.append(
                texts.said(
                    "summary.saves",
                    policy=self._findings.quoted(policy),
                    actual=actual,
                    measure=texts.cut_measure(measure),
                    percent=self._findings.percent(wanted),
                )
            )
        if missed:
            text = texts.said("summary.not_reached", policies=texts.listed(missed))
            yield Paragraph(text, "doubt", "!")

    def _alike(self) -> Iterator[Block]:
        """Policies between which nothing that is counted differs."""
        others = self._results.others
        for place, policy in enumerate(others):
            for other in (self._results.baseline, *others[:place]):
                pairs = [
                    (self._results.level(policy, m), self._results.level(other, m)) for m in Measure
                ]
                if all(one == two for one, two in pairs):
                    quoted, same = (self._findings.quoted(p) for p in (policy, other))
                    said = self._texts.said("summary.alike", policy=quoted, other=same)
                    yield Paragraph(said, "doubt", "!")
                    break

    def answer(self) -> list[Block]:
        """What happens with each policy, and whether the law is kept."""
        shown = self._results.others or (self._results.baseline,)
        items = []
        for policy in shown:
            said = [self._undetected(policy), self._delay(policy), self._greens(policy)]
            few = len(shown) < _FULL_SENTENCES
            whole = " ".join(sentence for sentence in (said if few else said[:1]) if sentence)
            if whole:
                items.append((f"{policy.title}:", whole))
        blocks: list[Block] = [Bullets(tuple(items))] if items else []
        blocks.append(self._law())
        return blocks

    def _undetected(self, policy: PolicyShown) -> str:
        measure = Measure.UNDETECTED_MONTHS
        results, texts = self._results, self._texts
        base, now = results.level(results.baseline, measure), results.level(policy, measure)
        if base is None or now is None:
            return ""
        base_text = texts.figure(base.mean, measure, base.error)
        difference = results.difference(policy, measure)
        if policy.baseline or difference is None:
            text = texts.with_error(now.mean, measure, now.error)
            return texts.said("summary.undetected_alone", base=text)
        return texts.said(
            f"summary.undetected_{verdict_of(difference)}",
            base=base_text,
            now=texts.figure(now.mean, measure, now.error),
            difference=texts.with_error(difference.mean, measure, difference.error, signed=True),
            range=self._range(difference, measure),
        )

    def _range(self, figure: Figure, measure: str) -> str:
        return self._findings.numbers.range(
            figure.low,
            figure.high,
            Unit.SUBJECT_MONTHS,
            max(figure.error, 1.0) if math.isfinite(figure.error) else None,
        )

    def _delay(self, policy: PolicyShown) -> str:
        """How soon those are found that are, and how many are not."""
        delay = self._with_base(
            policy,
            "delay",
            median=Measure.DELAY_MEDIAN_MONTHS,
            year=Measure.DELAY_OVER_A_YEAR_PERCENT,
        )
        unfound = self._with_base(
            policy,
            "unfound",
            passed=Measure.DECLINES_RECOVERED_UNFOUND,
            left=Measure.DECLINES_UNFOUND_AT_END,
        )
        return " ".join(sentence for sentence in (delay, unfound) if sentence)

    def _with_base(self, policy: PolicyShown, code: str, **measures: Measure) -> str:
        """A sentence with some of a policy's levels, and the baseline's as `NAME_base`."""
        results, texts = self._results, self._texts
        said = {}
        for name, measure in measures.items():
            for blank, of in ((name, policy), (f"{name}_base", results.baseline)):
                level = results.level(of, measure)
                if level is None:
                    return ""
                said[blank] = texts.with_error(level.mean, measure, level.error)
        return texts.said(f"summary.{code}_alone" if policy.baseline else f"summary.{code}", **said)

    def _greens(self, policy: PolicyShown) -> str:
        return self._with_base(policy, "greens", now=Measure.FALSE_GREEN_PERCENT)

    def _law(self) -> Paragraph:
        texts = self._texts
        if broken := self._breaches.broken():
            names = texts.listed([self._findings.quoted(policy) for policy in broken])
            return Paragraph(texts.said("summary.breach", policies=names), "bad", "✗")
        if self._breaches.uncounted():
            return Paragraph(texts.said("summary.not_counted"), "doubt", "?")
        return Paragraph(texts.said("summary.no_breach"), "good", "✓")

    def key_figures(self) -> list[Block]:
        """The table of the first page."""
        table = self._findings.table(self._texts.said("summary.key_table"), KEY_MEASURES)
        return [table, Paragraph(self._texts.said("summary.month_meaning"), "note")]

    def sure(self) -> list[Block]:
        """Whether the answer is robust, in plain words: doubts first, then what holds."""
        texts = self._texts
        if not self._results.others:
            return [Paragraph(texts.said("summary.alone_error"))]
        doubts = list(self.doubts())
        blocks: list[Block] = [Paragraph(line, "doubt", "!") for line in doubts[:_MOST_DOUBTS]]
        if len(doubts) > _MOST_DOUBTS:
            count = len(doubts) - _MOST_DOUBTS
            key = "summary.one_more_unsure" if count == 1 else "summary.more_unsure"
            more = texts.said(key, count=count)
            blocks.append(Paragraph(more))
        blocks += [Paragraph(line, "good", "✓") for line in self._holding()]
        said = []
        if not unsure(self._results):
            said.append(texts.said("summary.beyond_noise"))
        if not tried(self._results):
            said.append(texts.said("summary.untried"))
        notes = [Paragraph(" ".join(said), "note")] if said else []
        return [*blocks, *notes, Paragraph(texts.said("summary.paired"))]

    def doubts(self, *, all_named: bool = False) -> Iterator[str]:
        """Each difference that assumptions turn around, or of which they leave it open, or that may
        be chance. `all_named`: every such assumption by its title, not the first ones only."""
        texts, results = self._texts, self._results
        for one in tried(results):
            if one.outcome is Outcome.HOLDS:
                continue
            code = "turned" if one.outcome is Outcome.TURNS else "untold"
            yield texts.said(
                "summary.none_told" if one.none_told else f"summary.{code}",
                policies=self._quoted(one.policies),
                measure=texts.within(one.measure),
                assumptions=self._one_of(one.by, all_named=all_named),
                replicates=one.replicates,
            )
        for policy, measure in unsure(results):
            difference = results.difference(policy, measure)
            if difference is not None:
                yield texts.said(
                    "summary.noise",
                    policy=self._findings.quoted(policy),
                    measure=texts.within(measure),
                    difference=texts.with_error(
                        difference.mean, measure, difference.error, signed=True
                    ),
                )

    def _holding(self) -> Iterator[str]:
        """Where every assumption tried leaves the answer its sign, and it is no mere chance."""
        texts, by_chance = self._texts, unsure(self._results)
        for one in tried(self._results):
            sure = [p for p in one.policies if (p, one.measure) not in by_chance]
            if one.outcome is Outcome.HOLDS and sure:
                yield texts.said(
                    "summary.holds",
                    policies=self._quoted(sure),
                    measure=texts.within(one.measure),
                    count=one.number,
                    replicates=one.replicates,
                )

    def _quoted(self, policies: Sequence[PolicyShown]) -> str:
        return self._texts.listed([self._findings.quoted(policy) for policy in policies])

    def _one_of(self, titles: Sequence[str], *, all_named: bool) -> str:
        texts = self._texts
        quoted = [texts.said("words.quoted", text=title) for title in titles]
        if all_named or len(quoted) <= _MOST_NAMED:
            return texts.listed(quoted, last="words.or")
        first, rest = ", ".join(quoted[:_MOST_NAMED]), len(quoted) - _MOST_NAMED
        return texts.said("summary.some", titles=first, count=rest)

    def _decisive(self, rows: list[dict[str, Any]]) -> str:
        """The assumption that accounts for most, or, where shares say nothing, moves most."""
        texts, known = self._texts, known_shares(rows)
        sure = bool(known) and told_apart(rows)
        top = known[0] if sure else rows[0]
        quoted = texts.said("words.quoted", text=title_of(self._findings, top["assumption"]))
        if sure:
            share = self._findings.numbers.with_error(
                top["variance_share_percent"], Unit.PERCENT, top["variance_share_error"]
            )
            return texts.said("summary.decisive", assumption=quoted, share=share)
        names = ("at_low", "at_value", "at_high")
        ends = [(top[end], top[f"{end}_error"]) for end in names if top[end] is not None]
        low, high = (
            texts.with_error(end, top["measure"], error, signed=True)
            for end, error in (min(ends), max(ends))
        )
        return texts.said("summary.moving", assumption=quoted, low=low, high=high)

    def rests(self) -> list[Block]:
        """How much is assumed, what decides, how well it fits."""
        texts, results = self._texts, self._results
        said = []
        assumed = results.rows("assumption")
        if assumed:
            ours = sum(row["basis"] == Basis.ASSUMPTION for row in assumed)
            said.append(texts.said("summary.assumed", count=len(assumed), ours=ours))
        for _, _, rows in answers(self._findings)[:1]:
            said.append(self._decisive(rows))
        fit = results.rows("fit")
        if fit:
            within = sum(bool(row["within"]) for row in fit)
            said.append(texts.said("summary.fitted", within=within, all=len(fit)))
            if within < len(fit):
                outside = [str(row[f"title_{texts.lang}"]) for row in fit if not row["within"]]
                said.append(texts.said("summary.not_fitted", titles=texts.listed(outside)))
        else:
            said.append(texts.said("summary.no_fit"))
        return [Paragraph(" ".join(said))]
