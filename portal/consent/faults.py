"""What is wrong with a customer's entries, by name: edited, deleted, inserted, reordered, cut off. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from portal.consent.chain import ORDERED, START, evidence_hash, hash_of, in_order

SEQ, PREV = ORDERED.index("seq"), ORDERED.index("prev_hash")
NEAR = 32
"""How far from its number an entry is looked for when nothing else says where it belongs."""

Head = tuple[int, str]
"""Position and hash of a customer's newest entry."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written.

    :param customer_id: whose ledger; None when it is about words or about signed heads.
    :param seq: the position it is about; the version for words; 0 for signed heads.
    :param kind: `edited` (an entry says something else now), `deleted` (entries from `seq` on are gone, in the
        middle), `inserted` (an entry that nothing follows from), `reordered` (an entry that belongs elsewhere),
        `truncated` (entries from `seq` on are gone, at the end), `rewritten` (what was signed is another entry now),
        `evidence` (the proof was exchanged), `state` (a cell does not say what the ledger says), `notice`
        (published words were changed), `heads` (the signed heads themselves were touched).
    :param detail: more about where: the cell, the words, the day, or how many entries.
    """

    customer_id: int | None
    seq: int
    kind: str
    detail: str = ""


class Line(NamedTuple):
    """One entry as the check sees it; `values` in the order of `chain.ORDERED`."""

    values: Sequence[Any]
    entry_hash: str
    evidence: str | None = None
    salt: str | None = None
    evidence_sha256: str | None = None

    @property
    def seq(self) -> int:
        """Its position, as it says itself."""
        return int(self.values[SEQ])

    @property
    def prev_hash(self) -> str:
        """The hash it names as the one before."""
        return str(self.values[PREV])

    def holds_at(self, seq: int) -> bool:
        """Whether its hash is right for what it says, were it at this position."""
        values = list(self.values)
        values[SEQ] = seq
        try:
            return hash_of(self.prev_hash, values) == self.entry_hash
        except ValueError:  # half a character, which no database of ours keeps
            return False


def line_of(entry: Mapping[str, Any]) -> Line:
    """An entry given by column names."""
    return Line(
        in_order(entry), entry["entry_hash"], entry["evidence"], entry["evidence_salt"], entry["evidence_sha256"]
    )


def faults_in(customer_id: int, lines: Sequence[Line], signed: Head | None = None) -> list[Fault]:
    """What is wrong with one customer's entries, given by `seq`.

    :param signed: the newest signed head of this customer, if there is any.
    """
    found = [] if _unbroken(lines) else _diagnosed(customer_id, lines)
    found += [
        Fault(customer_id, line.seq, "evidence")
        for line in lines
        if line.evidence is not None and evidence_hash(line.salt or "", line.evidence) != line.evidence_sha256
    ]
    return found + (_against(customer_id, lines, signed) if signed else [])


def _unbroken(lines: Iterable[Line]) -> bool:
    """Whether each entry follows from the one before. What is checked for everybody, so it does nothing else."""
    before = START
    for number, line in enumerate(lines, 1):
        values = line[0]
        if values[SEQ] != number or values[PREV] != before:
            return False
        before = line[1]
        if hash_of(values[PREV], values) != before:
            return False
    return True


def _against(customer_id: int, lines: Sequence[Line], signed: Head) -> list[Fault]:
    seq = signed[0]
    last = lines[-1].seq if lines else 0
    if last < seq:
        return [Fault(customer_id, last + 1, "truncated", f"{last + 1}…{seq}")]
    there = next(line for line in reversed(lines) if line.seq <= seq)
    return [] if (there.seq, there.entry_hash) == signed else [Fault(customer_id, seq, "rewritten")]


def _diagnosed(customer_id: int, lines: Sequence[Line]) -> list[Fault]:
    chain = _chain(lines)
    places = [_place(line, chain.get(line.entry_hash)) for line in lines]
    strange = [_is_strange(lines, index, places) for index in range(len(lines))]
    real = [(line, place) for line, place, odd in zip(lines, places, strange, strict=True) if not odd]
    held = {place for _line, place in real if place is not None}
    edited = {line.seq for line, place in real if place is None}
    gone = sorted(set(range(1, max(held | edited, default=0) + 1)) - held - edited)
    added = [line.seq for line, odd in zip(lines, strange, strict=True) if odd]
    found = [Fault(customer_id, seq, "inserted") for seq in added]
    found += [Fault(customer_id, first, "deleted", f"{first}…{last}") for first, last in _runs(gone)]
    found += [Fault(customer_id, line.seq, "edited") for line, place in real if place is None]
    for line, place in real:
        if place is not None and line.seq not in _likely(place, gone, added):
            found.append(Fault(customer_id, line.seq, "reordered", str(place)))
    found = found or [Fault(customer_id, *_first_break(lines))]
    return sorted(found, key=lambda fault: fault.seq)


def _likely(place: int, gone: Sequence[int], added: Sequence[int]) -> set[int]:
    """Where an entry stands that nobody moved: where it was, or where it came to by renumbering what is left."""
    moved = place - sum(seq < place for seq in gone)
    for seq in added:
        moved += seq <= moved
    return {place, moved}


def _chain(lines: Sequence[Line]) -> dict[str, int]:
    """The position of each entry that can be reached from the first by the hashes that entries name."""
    following: dict[str, list[Line]] = {}
    for line in lines:
        following.setdefault(line.prev_hash, []).append(line)
    positions: dict[str, int] = {}
    before, number = START, 0
    while before in following and number < len(lines):
        number += 1
        candidates = following[before]
        line = next((one for one in candidates if one.entry_hash in following), candidates[0])
        positions[line.entry_hash] = number
        before = line.entry_hash
    return positions


def _place(line: Line, reached: int | None) -> int | None:
    """The position for which the entry's hash is right; None when there is none: it says something else now."""
    near = (line.seq + step * sign for step in range(1, NEAR + 1) for sign in (1, -1))
    return next((place for place in (line.seq, *([reached] if reached else []), *near) if line.holds_at(place)), None)


def _is_strange(lines: Sequence[Line], index: int, places: Sequence[int | None]) -> bool:
    """Whether nothing follows from an entry, though something else follows from what it follows from."""
    line = lines[index]
    named = {one.prev_hash for one in lines}
    if line.entry_hash in named:
        return False
    rivals = [number for number, one in enumerate(lines) if number != index and one.prev_hash == line.prev_hash]
    if not rivals:
        return places[index] is None and line.prev_hash not in {START, *(one.entry_hash for one in lines)}
    if any(lines[number].entry_hash in named for number in rivals):
        return True
    if places[index] is None:
        return True
    return any(places[number] is not None and number < index for number in rivals)  # nothing tells which; the later


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _first_break(lines: Sequence[Line]) -> tuple[int, str]:
    """Every entry fits its own hash, but one does not follow: the one before it was written anew, hash and all."""
    before = START
    for index, line in enumerate(lines):
        if line.prev_hash != before:
            return (lines[index - 1].seq, "edited") if index else (line.seq, "inserted")
        before = line.entry_hash
    return lines[-1].seq, "edited"
