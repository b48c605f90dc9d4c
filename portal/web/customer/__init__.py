"""The customer's side: one module for each kind of thing."""

from portal.web.customer import (
    account,
    consent,
    conversations,
    entitlements,
    history,
    home,
    live,
    phone,
    preferences,
    rights,
    trust,
    why,
)
from portal.web.customer.blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "consent",
    "conversations",
    "entitlements",
    "history",
    "home",
    "live",
    "phone",
    "preferences",
    "rights",
    "trust",
    "why",
]
