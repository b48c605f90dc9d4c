"""Mail: the outbox. Everything that leaves by mail is queued here first, in the transaction of what it tells about."""

from portal.mail.actions import queue
from portal.mail.models import OutboxMessage
from portal.mail.queries import message, outbox_page, state_counts
from portal.mail.rules import without_links
from portal.mail.sending import send_waiting

__all__ = ["OutboxMessage", "message", "outbox_page", "queue", "send_waiting", "state_counts", "without_links"]
