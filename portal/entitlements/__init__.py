"""What a customer is owed or may use: benefits, immutable grants, uses, and what is left at any moment."""

from portal.entitlements.actions import add_benefit, expire_due, grant, retire_benefit, use, usual_end
from portal.entitlements.models import Benefit, Grant, Use
from portal.entitlements.queries import (
    Balance,
    Remainder,
    Turn,
    balances,
    benefit,
    benefits,
    grants_in_force,
    history,
    remainders,
)
from portal.entitlements.schemas import BenefitSchema, GrantSchema, UseSchema

__all__ = [
    "Balance",
    "Benefit",
    "BenefitSchema",
    "Grant",
    "GrantSchema",
    "Remainder",
    "Turn",
    "Use",
    "UseSchema",
    "add_benefit",
    "balances",
    "benefit",
    "benefits",
    "expire_due",
    "grant",
    "grants_in_force",
    "history",
    "remainders",
    "retire_benefit",
    "use",
    "usual_end",
]
