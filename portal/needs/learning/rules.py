"""What follows from what people said of a message, and from what the gate says of a model. Values in, values out."""

import random
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from nlp.learning import FEWEST as FEWEST_LABELS
from nlp.learning import WEIGHTS, Label, Verdict
from nlp.reading import INTENTS

FEWEST = FEWEST_LABELS
"""Labels from which on a model is trained."""
A_DAY = 50
"""Messages that are put to people in a day, and that may wait at once."""
KEPT_MODELS = 5
"""Of so many newest models the files are kept, so that one can go back to them."""
EXAMPLES = 20
ROUNDS = 300
LEVELS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open tag as it matters for a label. `settled` when a person accepted it or put it down."""

    kind: str
    value: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that people spoke of, as it stands now.

    :param text: the masked text.
    :param giver: the customer, or the conversation of somebody unknown; opaque.
    :param finished: kinds of tags of which somebody in the team went through all.
    :param reviewed: kinds of tags about which somebody said something.
    :param by_team: whether somebody in the team did.
    :param at: ISO day of the newest word.
    """

    message_id: int
    text: str
    language: str
    origin: str
    giver: str
    finished: frozenset[str]
    frozen: bool
    reviewed: frozenset[str]
    by_team: bool
    at: str
    tags: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnable:
    """A label with the message it is of. `safety`: people say it is a matter of safety."""

    message_id: int
    label: Label
    frozen: bool
    safety: bool


def learnable(spoken: Spoken, needs: Iterable[str]) -> Learnable | None:
    """What a message teaches; None when nothing about it is settled. Only needs there are now can be learned."""
    known = set(needs)
    by_team = spoken.by_team or bool(spoken.finished)
    label = Label(
        text=spoken.text,
        sentiment=next((tag.value for tag in spoken.tags if tag.kind == "sentiment" and tag.settled), None),
        needs=_all_of(spoken, "need", known),
        intents=_all_of(spoken, "intent", set(INTENTS) - {"none"}),
        weight=WEIGHTS["reviewer" if by_team else "customer"],
        giver=None if by_team else spoken.giver,
        language=spoken.language,
        segment=spoken.origin,
        at=spoken.at,
    )
    if label.sentiment is None and label.needs is None and label.intents is None:
        return None
    safety = any(tag.kind == "safety" and tag.settled for tag in spoken.tags)
    return Learnable(spoken.message_id, label, spoken.frozen, safety)


def _all_of(spoken: Spoken, kind: str, known: set[str]) -> tuple[str, ...] | None:
    """Every value of a kind, when people settled all of them; None while the reader's word stands for one."""
    here = [tag for tag in spoken.tags if tag.kind == kind]
    if kind not in spoken.finished and (kind not in spoken.reviewed or not all(tag.settled for tag in here)):
        return None
    return tuple(sorted(tag.value for tag in here if tag.value in known))


def for_training(items: Sequence[Learnable], groups: Sequence[int]) -> tuple[list[Learnable], list[Learnable]]:
    """What may be learned from, and what models are measured on.

    :param groups: for each item the number of its near-duplicates; what is like a frozen one is not learned from.
    """
    frozen = {group for item, group in zip(items, groups, strict=True) if item.frozen}
    return (
        [item for item, group in zip(items, groups, strict=True) if not item.frozen and group not in frozen],
        [item for item in items if item.frozen],
    )


def fingerprint(training: Iterable[Learnable], frozen: Iterable[Learnable], reader: str) -> str:
    """The same for the same labels, the same measure and the same reader: then there is nothing new to learn."""
    told = [
        [
            [one.message_id, one.label.sentiment, one.label.needs, one.label.intents, one.label.weight, one.safety]
            for one in sorted(part, key=lambda item: item.message_id)
        ]
        for part in (training, frozen)
    ]
    return sha256(dumps([reader, *told]).encode()).hexdigest()


def state_after(verdicts: Sequence[Verdict]) -> str:
    """Where a new model begins: `shadow` when every criterion is met, or all but the one a person can sign off."""
    failed = {one.code for verdict in verdicts for one in verdict.criteria if not one.passed}
    return "shadow" if verdicts and failed <= {"flips"} else "refused"


def wants_sign_off(verdicts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether somebody has to look at what a model changes before it may go live; from stored verdicts."""
    return any(not verdict["passed"] for verdict in verdicts)


def interval(score: Callable[[Sequence[int]], float], groups: Sequence[Hashable]) -> tuple[float, float]:
    """Between what a score lies in nine of ten draws, near-duplicates drawn together.

    :param score: the figure for a choice of items, given by their places.
    :param groups: for each item its group.
    """
    places: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    members = list(places.values())
    draw = random.Random(7)  # noqa: S311  (chance imitated, no secret)
    drawn = sorted(
        score([place for part in draw.choices(members, k=len(members)) for place in part]) for _ in range(ROUNDS)
    )
    return drawn[int(LEVELS[0] * ROUNDS)], drawn[int(LEVELS[1] * ROUNDS) - 1]


def with_examples(before: Sequence[int], changed: Iterable[int]) -> list[int]:
    """The newest messages a model in shadow would read otherwise."""
    return [*before, *changed][-EXAMPLES:]
