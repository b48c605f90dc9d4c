"""The customer's side: one module for each kind of thing."""

from portal.web.customer import account, consent, entitlements, home, live, preferences
from portal.web.customer.blueprint import blueprint

__all__ = ["account", "blueprint", "consent", "entitlements", "home", "live", "preferences"]
