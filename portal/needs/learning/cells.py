"""What the cells of a file of labels say. Values in, values out; an unknown label is refused with those there are."""

from collections.abc import Mapping
from typing import Any

from nlp.learning import label_of
from portal.needs.in_force import in_force
from portal.needs.learning.heard import Heard
from portal.needs.rules import STATES

NOTHING = frozenset({"none", "(none)"})


def heard_in(cells: Mapping[str, Any]) -> Heard:
    """What a row says: in a cell one feeling, needs like `cost:unmet` or `cost`, intents; several parted by `;`.

    `none` says that there is none; an empty cell says nothing of that kind.

    :raises ValueError: when no cell says anything, or one says something unknown.
    """
    told = {name: said for name in ("sentiment", "needs", "intents") if (said := _parts(cells.get(name))) is not None}
    stated = dict(_stated(one) for one in told.get("needs", ()) if one not in NOTHING)
    row: dict[str, Any] = {"text": "-", **{name: list(said) for name, said in told.items()}}
    if "needs" in told:
        row["needs"] = list(stated)
    label = label_of(row, list(in_force().taxonomy.needs))
    return Heard(
        sentiment=label.sentiment,
        needs=None if label.needs is None else {need: stated[need] for need in label.needs},
        intents=None if label.intents is None else frozenset(label.intents),
    )


def _parts(cell: Any) -> tuple[str, ...] | None:
    """The labels of one cell; None when it is empty."""
    if isinstance(cell, str):
        cell = [part for piece in cell.split(";") for part in piece.split(",")]
    if cell is None:
        return None
    if not isinstance(cell, list) or not all(isinstance(one, str) for one in cell):
        raise ValueError("labels must be a text or a list of texts")
    said = tuple(one.strip().lower() for one in cell if one.strip())
    return said or None


def _stated(one: str) -> tuple[str, str | None]:
    need, _, state = (part.strip() for part in one.partition(":"))
    if state and state not in STATES:
        raise ValueError(f"state {state!r} of need {need!r} is not one of {', '.join(STATES)}")
    return need, state or None
