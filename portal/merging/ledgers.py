"""Two ledgers become one standing, and part again. Entries are only ever added."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.accounts import Customer
from portal.consent import PAUSE, STOP, Cell, ConsentEntry, Key, NewEntry
from portal.merging.models import CustomerMerge
from portal.merging.rules import STRENGTH, Act, Acts, acts_to, again, decisive, kept, merged, renamed

KIND = {"granted": "yes", "denied": "no", "objected": "objection", "paused": "pause"}
NOES = (*sorted(consent.DENYING), "objected")
PORTAL, NEEDS = "merge", "needs"


def acts_of(session: Session, customer: Customer) -> dict[Key, Acts]:
    """The live acts of a customer by cell, with those of whom was merged into them where nothing was said since."""
    cells = consent.cells_of(session, customer.id)
    entries = {
        row.global_seq: row
        for row in session.scalars(
            sa.select(ConsentEntry).where(ConsentEntry.global_seq.in_([cell.entry_id for cell in cells.values()]))
        )
    }
    person = person_of(session, customer)
    found = {
        key: frozenset({_act(cell, entries[cell.entry_id], person)})
        for key, cell in cells.items()
        if cell.state in KIND
    }
    for merge in standing_merges(session, customer.id):
        for line in merge.cells:
            key = (line["key"][0], line["key"][1], line["key"][2])
            cell = cells.get(key)
            if cell is not None and cell.seq == line["seq"]:
                found[key] = again(line["acts"])
    return found


def _act(cell: Cell, entry: ConsentEntry, person: str) -> Act:
    yes = cell.state == "granted"
    at = entry.occurred_at if yes else entry.recorded_at
    return Act(at, KIND[cell.state], STRENGTH[entry.grade or ""], person, cell.entry_id, cell.valid_until)


def person_of(session: Session, customer: Customer) -> str:
    """By what name the acts of a customer count as one verified person's; empty while their address is not verified."""
    newest = standing_merges(session, customer.id)
    if newest:
        return newest[-1].person
    return customer.ref if customer.email_verified_at is not None else ""


def standing_merges(session: Session, customer_id: int) -> list[CustomerMerge]:
    """The merges into a customer that were not undone, the oldest first."""
    mine = (CustomerMerge.customer_id == customer_id, CustomerMerge.undone_at.is_(None))
    return list(session.scalars(sa.select(CustomerMerge).where(*mine).order_by(CustomerMerge.id)))


def together(session: Session, survivor: Customer, other: Customer, *, verified: bool) -> tuple[dict[Key, Acts], str]:
    """The acts of both, and the name of the person they count as from then on."""
    one, two = person_of(session, survivor), person_of(session, other)
    person = min(filter(None, (one, two)), default=survivor.ref) if verified else one
    names = {name: person for name in (one, two) if name} if verified else {}
    both = merged(acts_of(session, survivor), acts_of(session, other))
    return {key: renamed(acts, names) for key, acts in both.items()}, person


def write_merged(
    session: Session, survivor: Customer, other: Customer, merge: CustomerMerge, cells: dict[Key, Acts], now: datetime
) -> None:
    """Bring the survivor's cells to where the acts of both leave them, and close the other's ledger with a stop."""
    proof = f"{merge.ref}: {other.ref} up to entry {consent.head(session, other.id)} merged into {survivor.ref}"
    before, mine = consent.cells_of(session, survivor.id), acts_of(session, survivor)
    told = NewEntry(
        purpose="*", action="merged", actor_type="team", actor=merge.merged_by, method="rule", evidence=proof,
        source_system=PORTAL,
    )  # fmt: skip
    consent.record(session, survivor, told, now=now)
    lines = []
    for key, acts in sorted(cells.items()):
        act, stands = decisive(key, acts), decisive(key, mine.get(key, frozenset()))
        if act is not None and (stands is None or act.entry != stands.entry):
            _bring(session, survivor, key, act, before.get(key), proof, merge.merged_by, now)
        after = consent.cells_of(session, survivor.id).get(key)
        lines.append(
            {"key": list(key), "acts": kept(acts), "before": _kept(before.get(key)), "seq": after.seq if after else 0}
        )
    merge.cells = lines
    consent.record(session, other, told, now=now)
    stopped = consent.cells_of(session, other.id).get(STOP)
    if stopped is None or stopped.state == "open":
        stop = NewEntry(
            purpose="*", action="suppressed", actor_type="team", actor=merge.merged_by, method="rule", evidence=proof,
            source_system=PORTAL,
        )  # fmt: skip
        merge.set_aside = {**merge.set_aside, "stop": consent.record(session, other, stop, now=now).seq}


def _bring(
    session: Session, survivor: Customer, key: Key, act: Act, cell: Cell | None, proof: str, by: str, now: datetime
) -> None:
    if cell is not None and act.entry == cell.entry_id:
        return
    if act.kind == "pause" and cell and cell.state == "paused" and _lasts(cell.valid_until, act.until):
        return
    state = cell.state if cell else None
    actions = ("granted",) if act.kind == "yes" and state == "granted" else acts_to(act.kind, state)
    if act.kind == "yes" and cell is not None and state == "denied" and act.at < cell.since:
        actions = ("invalidated", *actions)  # a merge wrote this no down later than the yes that outweighs it was said
    for action in actions:
        _repeat(session, survivor, key, action, act.entry, proof, by, now)


def _lasts(one: datetime | None, other: datetime | None) -> bool:
    """Whether a pause lasts at least as long as another."""
    return one is None or (other is not None and one >= other)


def _repeat(
    session: Session, customer: Customer, key: Key, action: str, entry_id: int | None, proof: str, by: str,
    now: datetime, since: datetime | None = None,
) -> None:  # fmt: skip
    """Write an act again on what another entry says: its words, its end, its grade, its day, who said it, its proof.

    :param since: since when that yes stood, if that is known.
    """
    source = session.get(ConsentEntry, entry_id) if entry_id else None
    terms: dict[str, Any] = {}
    if source is not None and action == "granted":
        terms = _said_again(session, customer, key, source, since, now)
        proof = f"{proof}; {source.evidence}" if source.evidence else proof
    elif source is not None and action == "paused":
        terms = {"valid_until": source.valid_until}
    new = NewEntry(        purpose="*" if key == PAUSE else key[0], channel="*" if key == PAUSE else key[1],
        topic="*" if key == PAUSE else key[2], action=action, actor_type="team", actor=by, method="rule",
        evidence=proof, source_system=PORTAL, **terms,
    )  # fmt: skip
    consent.record(session, customer, new, now=now)


def _said_again(
    session: Session, customer: Customer, key: Key, source: ConsentEntry, since: datetime | None, now: datetime
) -> dict[str, Any]:
    """A yes as it is said again; one to `needs` covers no words from before the merge that were somebody else's."""
    cell = consent.cells_of(session, source.customer_id).get(key)
    stands = cell if cell is not None and cell.entry_id == source.global_seq else None
    if since is None:
        since = stands.since if stands else source.recorded_at
        since = now if key[0] == NEEDS and source.customer_id != customer.id else since
    earlier = stands.earlier_words if stands else bool(source.scope.get("earlier_words"))
    return consent.repeated(source, since=since, earlier_words=earlier)


def _kept(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {"state": cell.state, "entry": cell.entry_id, "seq": cell.seq, "since": cell.since.isoformat()}


def part(session: Session, survivor: Customer, other: Customer, merge: CustomerMerge, by: str, now: datetime) -> None:
    """Bring both back to what they were; what restricts since the merge stays, and counts for both."""
    proof = f"{merge.ref} undone"
    cells = consent.cells_of(session, survivor.id)
    for line in merge.cells:
        key = (line["key"][0], line["key"][1], line["key"][2])
        cell, before = cells.get(key), line["before"]
        if cell is not None and cell.seq == line["seq"] and cell.seq > merge.seq:
            for action in _way_back(before["state"] if before else None, cell.state):
                was = datetime.fromisoformat(before["since"]) if before and "since" in before else None
                _repeat(session, survivor, key, action, before["entry"] if before else None, proof, by, now, was)
    _stand_again(session, survivor.id, merge)
    if merge.set_aside.get("stop"):
        stopped = consent.cells_of(session, other.id).get(STOP)
        if stopped is not None and stopped.seq == merge.set_aside["stop"]:
            _repeat(session, other, STOP, "invalidated", None, proof, by, now)
    for entry in _said_since(session, survivor.id, merge):
        _restrict_too(session, other, entry, proof, by, now)


def _stand_again(session: Session, survivor_id: int, merge: CustomerMerge) -> None:
    """Let earlier merges know the cells they brought about again, which stand under new entries now."""
    cells = consent.cells_of(session, survivor_id)
    was = {tuple(line["key"]): line["before"]["seq"] for line in merge.cells if line["before"]}
    for earlier in standing_merges(session, survivor_id):
        if earlier.id < merge.id:
            earlier.cells = [
                {**line, "seq": cells[tuple(line["key"])].seq} if was.get(tuple(line["key"])) == line["seq"] else line
                for line in earlier.cells
            ]
    session.flush()


def _way_back(was: str | None, state: str) -> tuple[str, ...]:
    """The acts that bring a cell back to what it was before the merge."""
    if was == state == "granted":
        return ("granted",)
    if was == state:
        return ()
    if state == "paused":
        return ("resumed",)
    lifted = ("objection_lifted",) if state == "objected" else ()
    if was in ("denied", "objected"):
        return (*lifted, "withdrawn" if was == "denied" else "objected")
    if was == "granted":
        return (*(lifted or ("invalidated",)), "granted")
    return lifted or ("invalidated",)


def _said_since(session: Session, customer_id: int, merge: CustomerMerge) -> Iterator[ConsentEntry]:
    """What was said against anything while the two were one, and not by a merge."""
    since = (ConsentEntry.customer_id == customer_id, ConsentEntry.seq > merge.seq)
    against = ConsentEntry.action.in_((*NOES, "paused"))
    chosen = sa.select(ConsentEntry).where(*since, against, ConsentEntry.source_system != PORTAL)
    yield from session.scalars(chosen.order_by(ConsentEntry.seq))


def _restrict_too(
    session: Session, customer: Customer, entry: ConsentEntry, proof: str, by: str, now: datetime
) -> None:  # fmt: skip
    key = (entry.purpose, entry.channel, entry.topic)
    cell = consent.cells_of(session, customer.id).get(key)
    kind = {"objected": "objection", "paused": "pause"}.get(entry.action, "no")
    for action in acts_to(kind, cell.state if cell else None):
        _repeat(session, customer, key, action, entry.global_seq, proof, by, now)
