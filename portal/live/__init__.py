"""Live: what just happened to a customer, for pages that are open at the moment."""

from portal.live.actions import forget, tell, tell_all
from portal.live.models import LiveEvent
from portal.live.queries import newest_id, since

__all__ = ["LiveEvent", "forget", "newest_id", "since", "tell", "tell_all"]
