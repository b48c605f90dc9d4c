"""The product team's desk: one module for each kind of thing."""

from portal.web.team import (
    alike,
    allowed,
    complaints,
    ideas,
    inbox,
    marks,
    needs,
    own,
    promises,
    review,
    stopping,
    tags,
)
from portal.web.team.blueprint import blueprint

__all__ = [
    "alike",
    "allowed",
    "blueprint",
    "complaints",
    "ideas",
    "inbox",
    "marks",
    "needs",
    "own",
    "promises",
    "review",
    "stopping",
    "tags",
]
