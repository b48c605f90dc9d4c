"""The demo company: a fictional bank with two years of customers, words, consents and decisions."""

from portal.demo.loading import Progress, is_loaded, load
from portal.demo.persons import PASSWORD

SIGN_INS = (
    ("ada@example.org", "Ada, customer", "/me"),
    ("ben@example.org", "Ben, customer", "/me"),
    ("cleo@example.org", "Cleo, customer", "/me"),
    ("priya@example.org", "Priya, product team", "/team"),
    ("omar@example.org", "Omar, analyst", "/analyst"),
    ("ines@example.org", "Ines, admin", "/admin"),
)
"""Who can sign in with `PASSWORD`: address, who it is, first page."""

__all__ = ["PASSWORD", "SIGN_INS", "Progress", "is_loaded", "load"]
