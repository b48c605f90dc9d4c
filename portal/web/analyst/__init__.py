"""The analyst's desk: one module for each kind of thing."""

from portal.web.analyst import campaigns, decisions, policies, rules, segments, signals, templates, trust, what_if
from portal.web.analyst.blueprint import blueprint

__all__ = [
    "blueprint", "campaigns", "decisions", "policies", "rules", "segments", "signals", "templates", "trust", "what_if",
]  # fmt: skip
