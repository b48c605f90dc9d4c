"""The fictional customers and the team of the demo company. Pure: the same seed gives the same people."""

import random
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PASSWORD = "candour-demo-2026"  # noqa: S105  printed for everybody who tries the demo
CAST = ("ada", "ben", "cleo")
COUNTS = {"en": 252, "it": 24, "zh": 24}
# How much of what is written in English is about each theme, and the product that people with that theme tend to have.
THEMES = {
    "app": 10,
    "branch": 9,
    "business": 8,
    "cards": 10,
    "family": 9,
    "fees": 5,
    "privacy": 5,
    "savings": 9,
    "security": 10,
    "support": 9,
    "travel": 11,
}
TALKATIVE = 0.42  # share of customers who write more than once in a while
PRODUCTS = {
    "business": "business_account",
    "cards": "credit_card",
    "fees": "plus_account",
    "savings": "savings",
    "travel": "credit_card",
    "family": "mortgage",
}
ABROAD = {
    "it": (("IT", "Europe/Rome"), ("GB", "Europe/London")),
    "zh": (("HK", "Asia/Hong_Kong"), ("GB", "Europe/London")),
}


@dataclass(frozen=True)
class Person:
    """One fictional customer.

    `themes` are what they write about, the first most; `weight` is how often they write, next to others.
    `products` are (product, customer since) pairs; `band` is what the bank earns with them: low, middle or high.
    `trips` are journeys abroad in the last year.
    """

    key: str
    name: str
    email: str
    language: str
    time_zone: str
    country: str
    town: str
    since: date
    themes: tuple[str, ...]
    weight: float
    external_ref: str
    band: str
    age_band: str
    products: tuple[tuple[str, date], ...] = field(default=())
    trips: int = 0

    @property
    def number(self) -> int:
        """A number of their own, from 1."""
        return int(self.external_ref.removeprefix("HB-")) - 100_000

    @property
    def facts(self) -> dict[str, str | int]:
        """What the bank's other systems say about this person, by name."""
        return {"town": self.town, "value_band": self.band, "age_band": self.age_band, "trips_last_year": self.trips}


@dataclass(frozen=True)
class Colleague:
    """One fictional member of the team of the bank."""

    email: str
    name: str
    role: str
    team: str


TEAM = (
    Colleague("priya@example.org", "Priya Raman", "product", "Payments"),
    Colleague("omar@example.org", "Omar Haddad", "analyst", "Customer insight"),
    Colleague("ines@example.org", "Ines Duarte", "admin", "Privacy office"),
    Colleague("tom@example.org", "Tom Ashdown", "product", "App and cards"),
    Colleague("leila@example.org", "Leila Farouk", "product", "Branches and support"),
    Colleague("marek@example.org", "Marek Novotny", "product", "Savings and business"),
)
ANSWERED_BY = {
    "app": "tom",
    "cards": "tom",
    "branch": "leila",
    "support": "leila",
    "family": "leila",
    "privacy": "ines",
    "savings": "marek",
    "business": "marek",
}


def colleague_for(theme: str) -> str:
    """Address of who answers conversations about `theme`; Priya has what nobody else has."""
    return f"{ANSWERED_BY.get(theme, 'priya')}@example.org"


def written(name: str) -> dict[str, Any]:
    """One of the TOML files of the demo company."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def address(name: str, taken: set[str]) -> str:
    """An address at example.org made of a name, and a number when somebody has it already."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    local = re.sub(r"[^a-z]+", ".", plain.replace("'", "")).strip(".")
    for number in ("", *(str(count) for count in range(2, 100))):
        if f"{local}{number}@example.org" not in taken:
            taken.add(f"{local}{number}@example.org")
            return f"{local}{number}@example.org"
    raise ValueError(f"Too many people are called {name}.")


def _member(key: str, number: int, name: str, since: date, **values: Any) -> Person:
    """Somebody of the cast: writes in English, at an address of the same form as the others'."""
    return Person(
        key=key,
        name=name,
        email=f"{key}@example.org",
        language="en",
        since=since,
        weight=1.0,
        external_ref=f"HB-{100_000 + number}",
        **values,
    )


def the_cast(today: date) -> list[Person]:
    """Ada, Ben and Cleo."""
    came, long_ago, opened = date(2019, 4, 8), date(2016, 10, 17), today - timedelta(days=12)
    ada = {"time_zone": "Europe/Rome", "country": "IT", "town": "Westhaven", "band": "middle", "age_band": "35-49"}
    ben = {"time_zone": "Europe/London", "country": "GB", "town": "Port Ellery", "band": "high", "age_band": "50-64"}
    cleo = {"time_zone": "Europe/London", "country": "GB", "town": "Millbrook", "band": "low", "age_band": "18-24"}
    has_ada = (("current_account", came), ("savings", date(2021, 9, 1)))
    has_ben = (("current_account", long_ago), ("credit_card", date(2018, 2, 5)), ("mortgage", date(2020, 6, 30)))
    has_cleo = (("student_account", opened), ("credit_card", opened))
    return [
        _member("ada", 1, "Ada Conti", came, **ada, themes=("fees", "app"), products=has_ada, trips=2),
        _member("ben", 2, "Ben Achterberg", long_ago, **ben, themes=("privacy", "security"), products=has_ben),
        _member(
            "cleo", 3, "Cleo Marchetti-Boyd", opened, **cleo, themes=("travel", "cards"), products=has_cleo, trips=4
        ),
    ]


def everybody(today: date, rng: random.Random, *, scale: float = 1.0) -> list[Person]:
    """The cast, then everybody else.

    :param scale: share of the full number of people, 0…1, for tests.
    """
    names = written("people")["names"]
    people = the_cast(today)
    taken = {person.email for person in people} | {colleague.email for colleague in TEAM}
    for language, count in COUNTS.items():
        for name, spelled in _names(names, language, max(3, round(count * scale)), rng):
            people.append(
                _somebody(len(people) + 1, name, address(spelled, taken), language, names["towns"], today, rng)
            )
    return people


def _names(names: dict[str, list[str]], language: str, count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Names with how they are spelled in Latin letters, no two alike."""
    if language == "zh":
        return list(zip(names["zh_names"], names["zh_romanised"], strict=True))[:count]
    pairs = [f"{given} {family}" for given in names[f"{language}_given"] for family in names[f"{language}_family"]]
    return [(name, name) for name in rng.sample(pairs, count)]


def _somebody(
    number: int, name: str, email: str, language: str, towns: Sequence[str], today: date, rng: random.Random
) -> Person:
    themes = _themes(language, rng)
    since = today - timedelta(days=round(120 + rng.paretovariate(1.1) * 500) % 9000)
    country, zone = rng.choice(ABROAD[language]) if language in ABROAD else ("GB", "Europe/London")
    products = [("current_account", since)]
    for product, chance in (
        ("savings", 0.4),
        ("credit_card", 0.3),
        ("mortgage", 0.15),
        ("plus_account", 0.12),
        ("loan", 0.1),
    ):
        if rng.random() < (0.85 if product in {PRODUCTS.get(theme) for theme in themes} else chance):
            products.append((product, since + (today - since) * rng.random() * 0.9))
    if "business" in themes:
        products.append(("business_account", since))
    return Person(
        f"p{number:03}",
        name,
        email,
        language,
        zone,
        country,
        rng.choice(towns),
        since,
        themes,
        min(rng.paretovariate(2.2), 3.0) if rng.random() < TALKATIVE else 0.1,
        f"HB-{100000 + number}",
        rng.choices(("low", "middle", "high"), (5, 4, 2))[0],
        rng.choices(("18-24", "25-34", "35-49", "50-64", "65+"), (2, 4, 5, 4, 3))[0],
        tuple(products),
        rng.randint(3, 9) if "travel" in themes else rng.choice((0, 0, 0, 1, 1, 2, 4)),
    )


def _themes(language: str, rng: random.Random) -> tuple[str, ...]:
    if language != "en":
        return ({"it": "italian", "zh": "chinese"}[language],)
    first, second = (rng.choices(list(THEMES), list(THEMES.values()))[0] for _ in range(2))
    return (first, second) if second != first and rng.random() < 0.45 else (first,)
