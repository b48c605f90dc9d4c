"""Trying a draft before it is published: on one text, on its own examples, and on the newest messages in slices.

Nothing of this is kept in the database. What a trial found stays in the process until the draft is saved again; another
process begins anew, so that no answer takes longer than its slice.
"""

import threading
import time
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from nlp import Reader, Reading, Taxonomy
from portal.needs.claims import claims_of
from portal.needs.in_force import InForce, in_force
from portal.needs.taxonomies import rules
from portal.needs.taxonomies.models import TaxonomyVersion
from portal.needs.taxonomies.queries import newest_texts
from portal.needs.taxonomies.rules import Claimed, Example

NEWEST = 500
"""Messages a draft is tried on."""
SHOWN = 100
"""Messages a trial remembers to show; all of them count."""


@dataclass(frozen=True, slots=True)
class ChangedMessage:
    """A message the draft reads otherwise: the claims that go and those that come, as kind and value."""

    message_id: int
    gone: list[tuple[str, str]]
    new: list[tuple[str, str]]


@dataclass(slots=True)
class TrialRun:
    """How a draft reads the newest messages so far. `needs` has by need how many claims go and come."""

    texts: list[tuple[int, str]]
    done: int = 0
    changed: int = 0
    shown: list[ChangedMessage] = field(default_factory=list)
    needs: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every message was read."""
        return self.done >= len(self.texts)

    def count(self, message_id: int, before: Claimed, after: Claimed) -> None:
        """Take in one message."""
        self.done += 1
        gone, new = rules.changed_claims(before, after)
        if not gone and not new:
            return
        self.changed += 1
        if len(self.shown) < SHOWN:
            self.shown.append(ChangedMessage(message_id, gone, new))
        for place, claims in enumerate((gone, new)):
            for kind, value in claims:
                if kind == "need":
                    self.needs.setdefault(value, [0, 0])[place] += 1


@dataclass(slots=True)
class _Trials:
    """The one draft this process tries; `toml` and `now` are what its reader and its run are good for."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    toml: str = ""
    now: InForce | None = None
    reader: Reader | None = None
    run: TrialRun | None = None


_trials = _Trials()


def draft_reader(draft: TaxonomyVersion) -> Reader:
    """A reader with the draft's needs and with the model that is live."""
    with _trials.lock:
        return _reader(draft)


def _reader(draft: TaxonomyVersion) -> Reader:
    now = in_force()
    if _trials.reader is None or _trials.toml != draft.toml or _trials.now is not now:
        _trials.reader = Reader(Taxonomy.from_toml(draft.toml), now.reader.model)
        _trials.toml, _trials.now, _trials.run = draft.toml, now, None
    return _trials.reader


def try_text(draft: TaxonomyVersion, text: str) -> tuple[Reading, Reading]:
    """How a text reads now, and how it would read with the draft."""
    return in_force().reader.read(text), draft_reader(draft).read(text)


def failing_examples(draft: TaxonomyVersion) -> dict[str, list[Example]]:
    """By need, the examples of the draft that its reader takes otherwise than they were given."""
    reader = draft_reader(draft)
    found = {key: failing_examples_of(reader, key) for key in reader.taxonomy.needs}
    return {key: examples for key, examples in found.items() if examples}


def failing_examples_of(reader: Reader, key: str) -> list[Example]:
    """The examples of one need that this reader takes otherwise than they were given."""
    need = reader.taxonomy.needs[key]
    texts = {*need.examples_for, *need.examples_against}
    return rules.examples_that_fail(
        need, {text: [claim.need for claim in reader.read(text).needs] for text in sorted(texts)}
    )


def try_on_newest(session: Session, draft: TaxonomyVersion, *, seconds: float, limit: int = NEWEST) -> TrialRun:
    """Go on trying the draft on the newest messages, for about `seconds`; gives what was found so far."""
    until = time.monotonic() + seconds
    with _trials.lock:
        reader, now = _reader(draft), in_force().reader
        if _trials.run is None:
            _trials.run = TrialRun(newest_texts(session, limit))
        run = _trials.run
        while not run.is_whole and time.monotonic() < until:
            message_id, text = run.texts[run.done]
            run.count(message_id, needs_claimed(now.read(text)), needs_claimed(reader.read(text)))
        return run


def needs_claimed(reading: Reading) -> Claimed:
    """The needs of a reading, by kind and value, with how they stand."""
    return {(one.kind, one.value): one.need_state for one in claims_of(reading) if one.kind == "need"}
