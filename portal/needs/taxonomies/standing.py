"""What a new reading does to the tags a message has. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.needs.rules import Claim


@dataclass(frozen=True, slots=True)
class StandingTag:
    """An open tag. `by_person` when somebody put it, or what they said about it decides."""

    id: int
    claim: Claim
    by_person: bool


@dataclass(slots=True)
class Said:
    """What people said about a message: the tags they spoke of, and the claims somebody denied, as kind and value."""

    about: set[int] = field(default_factory=set)
    denied: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which tags end, which claims become tags, and the feeling that stands in the end."""

    ended: list[int]
    made: list[Claim]
    sentiment: str | None


def settle(standing: Sequence[StandingTag], claims: Sequence[Claim], said: Said) -> Outcome:
    """What becomes of a message's tags when it is read again.

    What a person put or spoke about stays, and a claim they denied does not come back, nor another feeling beside the
    one they chose. A claim that stands as before keeps its tag; all others end, and the new ones are made.
    """
    fixed = {(tag.claim.kind, tag.claim.value) for tag in standing if tag.by_person or tag.id in said.about}
    chosen = next((value for kind, value in fixed if kind == "sentiment"), None)
    wanted = {
        (claim.kind, claim.value): claim
        for claim in claims
        if (claim.kind, claim.value) not in fixed | said.denied and not (claim.kind == "sentiment" and chosen)
    }
    kept = {
        (tag.claim.kind, tag.claim.value)
        for tag in standing
        if wanted.get((tag.claim.kind, tag.claim.value)) == tag.claim
    }
    ended = [tag.id for tag in standing if (tag.claim.kind, tag.claim.value) not in fixed | kept]
    made = [claim for key, claim in wanted.items() if key not in kept]
    feeling = chosen or next((value for kind, value in wanted if kind == "sentiment"), None)
    return Outcome(ended, made, feeling)
