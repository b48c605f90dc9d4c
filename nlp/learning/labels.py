"""Labels from people: checked rows with their weights, and never more than a few from one giver."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nlp.reading import INTENTS, SENTIMENT_LABELS
from nlp.rows import BadRow, rows_of

TASKS: Final = ("sentiment", "needs", "intent")
WEIGHTS: Final = {"reviewer": 3.0, "customer": 1.0}
MOST_PER_GIVER: Final = 5
"""Training items that one customer may give; the latest count. Reviewers give as many as they like."""
_SENTIMENT_NAMES: Final = {"neg": "negative", "neu": "neutral", "pos": "positive"}
_INTENT_NAMES: Final = {
    "suggestion": "idea", "suggestions": "idea", "other": "none", "non-suggestion": "none", "not_idea": "none",
}  # fmt: skip
_FIELDS: Final = {"sentiment": ("sentiment",), "needs": ("needs", "need"), "intent": ("intents", "intent")}


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of a text. A task that nobody spoke of is ``None``; ``()`` means: none of them.

    ``text`` should be the masked text. ``weight`` is how much it counts (reviewer 3, customer 1). ``giver`` is an
    opaque key of the customer who gave it, ``None`` for reviewers. ``group`` binds rows that must not be divided,
    ``language`` and ``segment`` are only for measuring, ``at`` says when (ISO 8601).
    """

    text: str
    sentiment: str | None = None
    needs: tuple[str, ...] | None = None
    intents: tuple[str, ...] | None = None
    weight: float = 1.0
    giver: str | None = None
    group: str | None = None
    language: str | None = None
    segment: str | None = None
    at: str | None = None

    def of(self, task: str) -> tuple[str, ...] | None:
        """What it says of one task; ``None`` when nothing."""
        if task == "sentiment":
            return None if self.sentiment is None else (self.sentiment,)
        return self.needs if task == "needs" else self.intents


def read_labels(path: Path, need_keys: Sequence[str], task: str | None = None) -> tuple[list[Label], list[BadRow]]:
    """The labels of a JSONL or CSV file and the rows that cannot be used, each with its line and reason.

    ``task`` restricts to one task. What the field ``label`` says is of that task, else of the one that its values
    belong to. Raises ``ValueError`` when no row can be used.
    """
    rows = list(rows_of(path, "text"))
    if task is None:
        task = _task_of([row.fields for row in rows if not isinstance(row, BadRow)], need_keys)
    labels: list[Label] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        try:
            labels.append(label_of(row.fields, need_keys, task))
        except ValueError as error:
            bad.append(BadRow(row.line, str(error)))
    if not labels:
        first = f"; line {bad[0].line}: {bad[0].reason}" if bad else ""
        raise ValueError(f"{path.name}: no row can be learned from{first}")
    return labels, bad


def _task_of(rows: Sequence[Mapping[str, Any]], need_keys: Sequence[str]) -> str | None:
    """The task that a file is about which says all in the field ``label``: the one that knows most of its values.

    ``None`` when a row says something in a field of its own name, or when no task knows more of them than another.
    """
    if any(row.get(name) is not None for row in rows for names in _FIELDS.values() for name in names):
        return None
    values = {str(row["label"]).lower() for row in rows if row.get("label") is not None}
    known = {
        "sentiment": {*_SENTIMENT_NAMES, *SENTIMENT_LABELS},
        "needs": set(need_keys),
        "intent": {*_INTENT_NAMES, *INTENTS} - {"none"},
    }
    fitting = Counter({task: len(values & names) for task, names in known.items()}).most_common(2)
    (task, best), (_, second) = fitting
    return task if best > second else None


def label_of(row: Mapping[str, Any], need_keys: Sequence[str], task: str | None = None) -> Label:
    """One checked label. Raises ``ValueError`` that names the field and what it may hold."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("the field 'text' must be a text that is not empty")
    told = {one: _told(row, one, task) for one in TASKS if task in (None, one)}
    if all(values is None for values in told.values()):
        names = ", ".join(name for one in told for name in _FIELDS[one])
        hint = "; name the task that 'label' is about" if task is None and row.get("label") is not None else ""
        raise ValueError(f"none of the fields {names} says anything{hint}")
    sentiment = _one_feeling(told.get("sentiment"))
    return Label(
        text=text,
        sentiment=sentiment,
        needs=_known("need", told.get("needs"), need_keys),
        intents=_known("intent", _as_intents(told.get("intent")), INTENTS),
        weight=_weight(row),
        giver=_text(row, "giver"),
        group=_text(row, "group"),
        language=_text(row, "language"),
        segment=_text(row, "segment"),
        at=_text(row, "at"),
    )


def within_limits(labels: Iterable[Label]) -> list[Label]:
    """The same labels in their order, but at most :data:`MOST_PER_GIVER` of each giver: the latest ones."""
    kept = list(enumerate(labels))
    given: Counter[str] = Counter()
    chosen = []
    for place, label in sorted(kept, key=lambda pair: (pair[1].at or "", pair[0]), reverse=True):
        if label.giver is not None:
            given[label.giver] += 1
            if given[label.giver] > MOST_PER_GIVER:
                continue
        chosen.append((place, label))
    return [label for _, label in sorted(chosen, key=lambda pair: pair[0])]


def _told(row: Mapping[str, Any], one: str, task: str | None) -> tuple[str, ...] | None:
    for name in (*_FIELDS[one], *(("label",) if task == one else ())):
        value = row.get(name)
        if value is None:
            continue
        if isinstance(value, str):
            return _listed(value) if name.endswith("s") and value.startswith("[") else ((value,) if value else None)
        if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
            return tuple(dict.fromkeys(value))
        raise ValueError(f"the field {name!r} must be a text or a list of texts, not {type(value).__name__}")
    return None


def _listed(value: str) -> tuple[str, ...]:
    """A list within a CSV cell."""
    try:
        parts = json.loads(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a list") from None
    return tuple(str(part) for part in parts)


def _one_feeling(told: tuple[str, ...] | None) -> str | None:
    if told is None:
        return None
    if len(told) != 1:
        raise ValueError("the field 'sentiment' must hold one label")
    label = _SENTIMENT_NAMES.get(told[0].lower(), told[0].lower())
    if label not in SENTIMENT_LABELS:
        raise ValueError(f"sentiment {told[0]!r} is not one of {', '.join(SENTIMENT_LABELS)}")
    return label


def _as_intents(told: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(_INTENT_NAMES.get(one.lower(), one) for one in told)


def _known(what: str, told: tuple[str, ...] | None, names: Sequence[str]) -> tuple[str, ...] | None:
    if told is None:
        return None
    kept = tuple(name for name in told if name not in ("none", "(none)"))
    unknown = [name for name in kept if name not in names]
    if unknown:
        raise ValueError(f"{what} {unknown[0]!r} is not one of {', '.join(names)}")
    return kept


def _weight(row: Mapping[str, Any]) -> float:
    weight, role = row.get("weight"), row.get("role")
    if weight is None:
        if role is not None and role not in WEIGHTS:
            raise ValueError(f"role {role!r} is not one of {', '.join(WEIGHTS)}")
        return WEIGHTS[role] if role is not None else 1.0
    try:
        number = float(weight)
    except (TypeError, ValueError):
        raise ValueError(f"weight {weight!r} is not a number") from None
    if isinstance(weight, bool) or not 0 < number <= 100:
        raise ValueError(f"weight {weight!r} is not between 0 and 100")
    return number


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return None if value is None or value == "" else str(value)
