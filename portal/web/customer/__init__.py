"""The customer's side: one module for each kind of thing."""

from portal.web.customer import entitlements, home, live
from portal.web.customer.blueprint import blueprint

__all__ = ["blueprint", "entitlements", "home", "live"]
