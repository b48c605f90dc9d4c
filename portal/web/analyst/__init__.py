"""The analyst's desk: one module for each kind of thing."""

from portal.web.analyst import campaigns, decisions, rules, segments, signals, templates, trust
from portal.web.analyst.blueprint import blueprint

__all__ = ["blueprint", "campaigns", "decisions", "rules", "segments", "signals", "templates", "trust"]
