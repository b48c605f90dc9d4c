"""The API for machines: one module for each kind of thing."""

from portal.web.api import customers, feedback, guide, me, segments
from portal.web.api.blueprint import blueprint

__all__ = ["blueprint", "customers", "feedback", "guide", "me", "segments"]
