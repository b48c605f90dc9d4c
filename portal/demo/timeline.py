"""What happened at the demo company, as dated acts that are done again in order, and the people they are done by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Account, Customer
from portal.demo.persons import CAST, Person
from portal.settings import Settings


@dataclass
class World:
    """Where the fictional people and things are in the database: ids by the names the story has for them.

    `password_hash` is the one hash that all customers share, made once because it is slow on purpose.
    """

    settings: Settings
    password_hash: str | None = None
    customers: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    conversations: dict[str, int] = field(default_factory=dict)
    ideas: dict[str, int] = field(default_factory=dict)

    def customer(self, session: Session, key: str) -> Customer:
        """The customer the story calls `key`."""
        return session.get_one(Customer, self.customers[key])

    def account(self, session: Session, email: str) -> Account:
        """The team member with this address."""
        return session.get_one(Account, self.accounts[email])


@dataclass(frozen=True)
class Act:
    """One thing that was done at one instant."""

    at: datetime
    do: Callable[[Session, World, datetime], object]


def by_time(acts: list[Act]) -> list[Act]:
    """In the order in which they happened; those of the same instant stay in the order they were told."""
    return sorted(acts, key=lambda act: act.at)


def is_cast(person: Person) -> bool:
    """Whether this is somebody who can sign in."""
    return person.key in CAST
