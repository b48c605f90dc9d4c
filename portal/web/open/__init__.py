"""Pages for anybody, signed in or not."""

from portal.web.open import home
from portal.web.open.blueprint import blueprint

__all__ = ["blueprint", "home"]
