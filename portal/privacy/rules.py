"""Which ledger entries an act of a customer makes. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass

ACTS = ("give", "withdraw", "object", "lift", "defer")


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """One cell a person touched.

    :param act: `give`, `withdraw` (also: say no when asked for the first time), `object`, `lift` an objection, or
        `defer`: not now, which leaves everything as it is; these words are not asked again.
    :param notice_id: the words that were shown; those in force if left out.
    """

    purpose: str
    act: str
    channel: str = "*"
    topic: str = "*"
    notice_id: int | None = None


def actions_for(act: str, state: str | None, *, new_words: bool = False, stop: bool = False) -> tuple[str, ...]:
    """The ledger actions that bring a cell from `state` to where `act` wants it; none when it is there already.

    :param state: what the cell says now: `granted`, `denied`, `objected`, `open`, or None when nothing was ever said.
    :param new_words: whether giving again adds something: newer words seen, earlier words allowed, or an expired grant.
    :param stop: whether it is a cell that stops every purpose, which lifting ends whoever put it there, and however.
    """
    if stop and act in ("object", "lift"):
        return _to_stop(act, state)
    if act == "give":
        if state == "granted":
            return ("reaffirmed",) if new_words else ()
        return ("objection_lifted", "granted") if state == "objected" else ("granted",)
    if act == "withdraw":
        ends: Mapping[str | None, tuple[str, ...]] = {"granted": ("withdrawn",), "denied": (), "objected": ()}
        return ends.get(state, ("refused",))
    if act == "defer":
        return ("deferred",)
    if act == "object":
        return () if state == "objected" else ("objected",)
    return ("objection_lifted",) if state == "objected" else ()


def _to_stop(act: str, state: str | None) -> tuple[str, ...]:
    """A stop is an objection, unless everything is stopped already; it ends as what it was."""
    if act == "object":
        return () if state in ("denied", "objected") else ("objected",)
    return {"objected": ("objection_lifted",), "denied": ("invalidated",)}.get(state or "", ())


def act_to_undo(was: str | None, *, stop: bool = False) -> str:
    """The act that brings a cell back to what it was. Silence cannot be brought back; a no stands in for it.

    :param stop: whether it is a cell that stops every purpose: where it did not stop anything, it is lifted.
    """
    if stop:
        return {"denied": "withdraw", "objected": "object"}.get(was or "", "lift")
    return {"granted": "give", "objected": "object"}.get(was or "", "withdraw")
