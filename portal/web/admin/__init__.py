"""Running the portal: one module for each kind of thing."""

from portal.web.admin import audit, benefits, home, jobs, outbox, people, purposes, tokens
from portal.web.admin.blueprint import blueprint

__all__ = ["audit", "benefits", "blueprint", "home", "jobs", "outbox", "people", "purposes", "tokens"]
