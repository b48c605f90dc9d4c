"""A client of the API in Python: a method for each operation, answers with their types, nothing but Python needed.

It imports nothing of the portal but itself, so that the folder can be copied into another program.
"""

from collections.abc import Iterator

from portal.client import answers
from portal.client.about_contacts import AboutContacts
from portal.client.about_customers import AboutCustomers
from portal.client.about_everybody import AboutEverybody
from portal.client.about_plans import AboutPlans
from portal.client.about_purposes import AboutPurposes
from portal.client.asking import (
    Busy,
    Conflict,
    NotAllowed,
    NotFound,
    NotKnown,
    NotValid,
    Refused,
    TooMany,
)


class Candour(AboutCustomers, AboutContacts, AboutPlans, AboutPurposes, AboutEverybody):
    """Talks to a portal: `Candour("https://candour.example.org", "cnd_…").me()`."""

    def all_changes(self, *, after: int = 0) -> Iterator[answers.Change]:
        """Every change of consent after a position up to now, oldest first; asks for more as it goes.

        :param after: `position` of the last change that is known; keep it, to go on from there another day.
        """
        while True:
            found = self.changes(after=after)
            yield from found["items"]
            if found["position"] <= after or found["position"] >= found["head"]:
                return
            after = found["position"]


__all__ = [
    "Busy",
    "Candour",
    "Conflict",
    "NotAllowed",
    "NotFound",
    "NotKnown",
    "NotValid",
    "Refused",
    "TooMany",
]
