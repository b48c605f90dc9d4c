"""Pages for anybody, signed in or not."""

from portal.web.open import account, erased, home, idea_acts, ideas, language, receipts, say, stopping
from portal.web.open.blueprint import blueprint

__all__ = ["account", "blueprint", "erased", "home", "idea_acts", "ideas", "language", "receipts", "say", "stopping"]
