"""Who can act."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who did something.

    :param type: `team`, `customer`, `token`, `command` or `system`.
    :param id: of the account or token, if any.
    """

    type: str
    id: int | None
    name: str


PORTAL = Actor(type="system", id=None, name="portal")
"""The portal itself: jobs and rules."""
