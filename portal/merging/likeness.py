"""By what two customers may be recognised as one person. Values in, values out."""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

MOST = 20
"""A sign that more customers than this share tells nobody apart."""
WEIGHT = {"name": 1, "number": 2, "email": 3, "sign_in": 3, "phone": 2, "date_of_birth": 1, "iban": 3, "tax_number": 3}
ENOUGH = 2
"""How much the signs must weigh together: a name alone, or a day of birth alone, is no sign."""


class Facts(NamedTuple):
    """What is known of a customer by which others may be like them; `told` are further facts by their kind."""

    id: int
    name: str
    email: str | None
    external_ref: str | None
    told: tuple[tuple[str, str], ...] = ()


def alike(customers: Iterable[Facts]) -> list[tuple[tuple[int, int], tuple[str, ...]]]:
    """Pairs of customers with enough signs in common, those with the weightiest first."""
    by_sign: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in customers:
        for sign in signs_of(one):
            by_sign[sign].add(one.id)
    common: dict[tuple[int, int], set[str]] = defaultdict(set)
    for (kind, _value), ids in by_sign.items():
        if 1 < len(ids) <= MOST:
            for pair in combinations(sorted(ids), 2):
                common[pair].add(kind)
    found = [(pair, tuple(sorted(kinds))) for pair, kinds in common.items() if _weight(kinds) >= ENOUGH]
    return sorted(found, key=lambda one: (-_weight(one[1]), one[0]))


def _weight(kinds: Iterable[str]) -> int:
    return sum(WEIGHT[kind] for kind in kinds)


def signs_of(customer: Facts) -> set[tuple[str, str]]:
    """Kind and value of every sign, in a form in which two ways of writing are equal."""
    signs = {("name", " ".join(customer.name.casefold().split()))}
    if customer.email:
        signs.add(("email", _address(customer.email)))
    if customer.external_ref:
        signs.add(("number", re.sub(r"[\W_]+", "", customer.external_ref.casefold()).lstrip("0")))
    for kind, value in customer.told:
        if kind == "sign_in":
            signs.add(("email", _address(value)))
        elif kind in ("phone", "mobile"):
            signs.add(("phone", re.sub(r"\D", "", value)[-9:]))
        else:
            signs.add((kind, re.sub(r"\W+", "", value.casefold())))
    return {(kind, value) for kind, value in signs if value}


def _address(email: str) -> str:
    """An address without what mail systems do not look at: case, and what follows a plus."""
    local, _at, domain = email.casefold().partition("@")
    return f"{local.partition('+')[0]}@{domain}"
