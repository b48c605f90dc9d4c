"""The analyst's desk: one module for each kind of thing."""

from portal.web.analyst import decisions, rules, segments, signals, templates, trust
from portal.web.analyst.blueprint import blueprint

__all__ = ["blueprint", "decisions", "rules", "segments", "signals", "templates", "trust"]
