"""Figures on the frozen random part: of the rules alone, of what reads now and of the newcomer, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlp import Reader, Reading
from nlp.learning import TASKS, Behaviour, Model, Verdict, claims_of, decide, figures_of, items_of, put_to_the_test
from nlp.learning import near_duplicate_groups as groups_of
from portal.needs.learning.rules import Learnable, interval

FEWEST_OF_A_LANGUAGE = 5


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is compared: the rules alone, what is in force, and the newcomer."""

    rules: Reader
    champion: Reader
    challenger: Reader


def judged(model: Model, frozen: Sequence[Learnable], readers: Readers, *, signed_off: bool = False) -> list[Verdict]:
    """The gate's verdict on every task the model learned; it may go on when all of them say so."""
    if not model.tasks:
        return []
    behaviour = put_to_the_test(readers.challenger)
    return [_verdict(task, frozen, readers, behaviour, signed_off) for task in model.tasks]


def _verdict(
    task: str, frozen: Sequence[Learnable], readers: Readers, behaviour: Behaviour, signed_off: bool
) -> Verdict:
    # Which of the labels say something of the task is for `items_of` to choose, and their safety goes with them.
    items = items_of(
        task,
        [one.label for one in frozen],
        readers.champion,
        readers.challenger,
        [one.safety for one in frozen],
    )
    return decide(task, items, behaviour, signed_off=signed_off)


def measured(frozen: Sequence[Learnable], readers: Readers) -> dict[str, Any]:
    """Figures for JSON: by task, for each reader, with the languages; empty while nothing frozen was reviewed."""
    if not frozen:
        return {}
    texts = [one.label.text for one in frozen]
    readings = {"rules": [readers.rules.read(text) for text in texts]}
    alone = readers.champion.version == readers.rules.version
    if not alone:
        readings["champion"] = [readers.champion.read(text) for text in texts]
    readings["model"] = [readers.challenger.read(text) for text in texts]
    groups = groups_of(texts)
    tasks = {task: _of_task(task, frozen, groups, readings) for task in TASKS}
    return {"count": len(frozen), "tasks": {task: told for task, told in tasks.items() if told}}


def _of_task(
    task: str, frozen: Sequence[Learnable], groups: Sequence[int], readings: dict[str, list[Reading]]
) -> dict[str, Any]:
    rows = [place for place, one in enumerate(frozen) if one.label.of(task) is not None]
    if not any(frozen[place].label.of(task) for place in rows):  # nobody named any label: there is no score
        return {}
    truth = {place: frozen[place].label.of(task) or () for place in rows}
    told: dict[str, Any] = {"count": len(rows), "readers": {}, "languages": {}}
    for name, read in readings.items():
        claims = {place: claims_of(task, read[place]) for place in rows}

        def macro(places: Sequence[int], claims: dict[int, Any] = claims) -> float:
            return figures_of([truth[rows[at]] for at in places], [claims[rows[at]] for at in places]).macro_f1

        low, high = interval(macro, [groups[place] for place in rows])
        figures = figures_of([truth[place] for place in rows], [claims[place] for place in rows]).as_dict()
        told["readers"][name] = {**figures, "low": round(low, 4), "high": round(high, 4)}
        for language, places in _by_language(frozen, rows).items():
            part = figures_of([truth[place] for place in places], [claims[place] for place in places])
            kept = told["languages"].setdefault(language, {"count": len(places)})
            kept[name] = round(part.macro_f1, 4)
    return told


def _by_language(frozen: Sequence[Learnable], rows: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in rows:
        found.setdefault(frozen[place].label.language or "und", []).append(place)
    return {language: places for language, places in sorted(found.items()) if len(places) >= FEWEST_OF_A_LANGUAGE}
