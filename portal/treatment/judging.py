"""What the rules say of many: of a place once, of somebody with facts of their own, and who is decided how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.clock import EPOCH, TICK, micros
from portal.consent import Ids
from portal.treatment import pace
from portal.treatment.facts import Facts, IntentFacts, Outcome, Result, facts_like
from portal.treatment.rules import READS, RULES, TABLE, evaluate, skipped, together


@dataclass(frozen=True)
class Reason:
    """How somebody is decided: `allow`, `hold`, `deny` or `expire`, by which rule, and its code.

    The code is that of the rule without `consent-`; `allowed`, and `too-late` where it would wait too long.
    """

    outcome: str
    rule: str
    code: str


NOBODY, FREE = Reason("", "", ""), Reason("allow", "", "allowed")
Said = tuple[Reason, int]
"""A reason, and until when it holds in microseconds since 1970; 0 when it holds nothing."""


class Judge:
    """Asks the rules about people whose facts are alike, but for a place and for some facts of their own.

    :param intent: one that makes sense for ever; `Tally.expire` says for whom it comes too late.
    """

    def __init__(self, intent: IntentFacts, policy: Mapping[str, Any], now: datetime, shared: dict[str, Any]) -> None:
        self.intent, self.policy, self.now, self.shared = intent, policy, now, shared
        self._places: dict[tuple[str, ...], int] = {}
        self._facts: list[Facts] = []
        self._results: list[tuple[Result, ...]] = []
        self._outcomes: list[Said] = []
        self._touched: dict[tuple[str, ...], list[int]] = {}
        self._known: dict[Any, Said] = {}

    @property
    def places(self) -> int:
        """How many there are."""
        return len(self._facts)

    def place(self, zones: tuple[str, ...], source: str) -> int:
        """The number of a place."""
        number = self._places.setdefault((source, *zones), len(self._facts))
        if number == len(self._facts):
            self._facts.append(Facts(**self.shared, zones=zones, zone_source=source))
            outcome = evaluate(self.intent, self._facts[-1], self.policy, self.now)
            self._results.append(outcome.results)
            self._outcomes.append(_said(outcome))
        return number

    def of_place(self, number: int) -> Said:
        """What follows for everybody there who has no facts of their own."""
        return self._outcomes[number]

    def of_one(self, place: int, own: dict[str, Any]) -> Said:
        """What follows for somebody there with these facts; those alike are asked about once."""
        key = (place, *own.items())
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._ask(place, own)
        return found

    def _ask(self, place: int, own: dict[str, Any]) -> Said:
        facts = facts_like(self._facts[place], own)
        results = list(self._results[place])
        for number in self._rules_about(tuple(own)):
            results[number] = TABLE[number][2](self.intent, facts, self.policy, self.now)
        return _said(together(tuple(results), self.intent, self.policy, self.now))

    def _rules_about(self, facts: tuple[str, ...]) -> list[int]:
        """Which rules look at one of these facts, by their place in the table."""
        found = self._touched.get(facts)
        if found is None:
            found = self._touched[facts] = [
                place
                for place, (name, number, _rule) in enumerate(TABLE)
                if not skipped(self.intent, number) and not READS[name].isdisjoint(facts)
            ]
        return found

    def of_control(self) -> Reason | None:
        """What it means to be kept for comparison; None when it means nothing."""
        if skipped(self.intent, 19):
            return None
        result = pace.control(self.intent, Facts(control="*"), self.policy, self.now)
        return Reason(result.result, result.rule, result.code) if result.result == "deny" else None


_reason = lru_cache(Reason)


def _said(outcome: Outcome) -> Said:
    if outcome.outcome == "allow":
        return FREE, 0
    rule = outcome.decisive or ""
    code = next(one.code for one in outcome.results if one.rule == rule)
    until = 0 if outcome.hold_until is None else micros(outcome.hold_until)
    return _reason(outcome.outcome, rule, code.removeprefix("consent-")), until


class Tally:
    """Who is decided how, by id."""

    def __init__(self, everybody: Ids) -> None:
        size = int(everybody.max(initial=0)) + 1
        self.reasons: dict[Reason, int] = {NOBODY: 0, FREE: 1}
        self.codes: NDArray[np.uint8] = np.zeros(size, dtype=np.uint8)
        self.codes[everybody] = 1
        self.until: NDArray[np.int64] = np.zeros(size, dtype=np.int64)

    def code(self, reason: Reason) -> int:
        """The number by which a reason is kept."""
        return self.reasons.setdefault(reason, len(self.reasons))

    def say(self, those: Ids, reason: Reason) -> None:
        """Decide these, whatever was said of them before."""
        self.codes[those] = self.code(reason)

    def keep(self, those: Ids) -> None:
        """Leave out everybody else."""
        those = those[(those > 0) & (those < len(self.codes))]
        kept = np.zeros_like(self.codes)
        kept[those] = self.codes[those]
        self.codes = kept

    def still(self) -> Callable[[int], bool]:
        """Tells of an id whether nothing was said against them so far, also after more was said."""
        open_ = (self.codes == 1).tobytes()
        return lambda one: 0 < one < len(open_) and open_[one] == 1

    def free(self) -> Ids:
        """Those of whom nothing was said against."""
        return np.flatnonzero(self.codes == 1)

    def open(self, those: Ids) -> NDArray[np.bool_]:
        """Which of these are not denied so far; of whom nothing is asked is not."""
        inside = (those >= 0) & (those < len(self.codes))
        undenied = self._each(lambda one: one.outcome in ("allow", "hold"))
        return inside & undenied[self.codes[np.where(inside, those, 0)]]

    def decide(self, those: Ids, what: Sequence[Said], which: NDArray[Any]) -> None:
        """Decide each of these by one of the outcomes.

        :param which: for each of them, the number of the outcome.
        """
        if len(those):
            self.codes[those] = np.array([self.code(reason) for reason, _until in what], dtype=np.uint8)[which]
            self.until[those] = np.array([until for _reason, until in what], dtype=np.int64)[which]

    def settle(self, those: Sequence[int], codes: Sequence[int], until: Sequence[int]) -> None:
        """Decide each of these by a number of a reason, until a moment."""
        if those:
            self.codes[those] = codes
            self.until[those] = until

    def deny(self, those: Ids, reason: Reason) -> None:
        """Deny these, unless an earlier rule does."""
        place = RULES.index(reason.rule)
        open_ = self._each(lambda one: one.outcome != "deny" or RULES.index(one.rule) > place)
        self.say(those[open_[self.codes[those]]], reason)

    def hold(self, those: Ids, reason: Reason, until: int | NDArray[np.int64]) -> None:
        """Hold these, unless something denies them or holds them longer; until the same moment, the earlier rule."""
        place, codes, held = RULES.index(reason.rule), self.codes[those], self.until[those]
        free = self._each(lambda one: one.outcome == "allow")[codes]
        holds = self._each(lambda one: one.outcome == "hold")[codes]
        later = self._each(lambda one: one.outcome == "hold" and RULES.index(one.rule) > place)[codes]
        takes = free | (holds & (until > held)) | (later & (until == held))
        self.say(those[takes], reason)
        self.until[those[takes]] = until if isinstance(until, int) else until[takes]

    def _each(self, says: Callable[[Reason], bool]) -> NDArray[np.bool_]:
        """What is said of each reason, by its number."""
        return np.array([one is not NOBODY and says(one) for one in self.reasons])

    def compare(self, judge: Judge, control: Ids) -> None:
        """Deny those who are kept for comparison, unless something denies them anyway."""
        reason = judge.of_control()
        if reason is not None:
            self.deny(control[(control > 0) & (control < len(self.codes))], reason)

    def expire(self, at: datetime, now: datetime) -> None:
        """For whom it makes no sense any more when it may go at last: from then on it does not."""
        over = now >= at
        for reason, number in list(self.reasons.items()):
            if reason.outcome == "hold" or (over and reason.outcome == "allow"):
                late = (self.codes == number) & (over | (self.until >= micros(at)))
                self.codes[late] = self.code(Reason("expire", "" if over else reason.rule, "too-late"))

    def allowed(self) -> Ids:
        """Who may be contacted, in order."""
        return np.flatnonzero(self.codes == 1)

    def counted(self) -> tuple[tuple[Reason, int], ...]:
        """Every reason that occurs, with how many it decides; most first."""
        numbers = np.bincount(self.codes, minlength=len(self.reasons)).tolist()
        found = [(one, numbers[number]) for one, number in self.reasons.items() if number and numbers[number]]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0].code)))

    def held(self) -> tuple[datetime, datetime] | None:
        """The first and the last moment until which somebody is held."""
        holds = np.array([one.outcome == "hold" for one in self.reasons])
        until = self.until[holds[self.codes]]
        if not len(until):
            return None
        return EPOCH + int(until.min()) * TICK, EPOCH + int(until.max()) * TICK
