"""The product team's desk: one module for each kind of thing."""

from portal.web.team import alike, allowed, ideas, inbox, needs, review, stopping, tags
from portal.web.team.blueprint import blueprint

__all__ = ["alike", "allowed", "blueprint", "ideas", "inbox", "needs", "review", "stopping", "tags"]
