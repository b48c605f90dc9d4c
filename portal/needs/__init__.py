"""Needs: what was understood, who reviewed it, and the signals that rest on a consent."""

from portal.needs.actions import add_tag, review
from portal.needs.claims import claims_of, language_name, masked, need_name, preview, taxonomy
from portal.needs.counting import (
    Coverage,
    SignalRow,
    WeekCount,
    coverage,
    messages_per_week,
    need_series,
    signals_page,
)
from portal.needs.in_force import InForce, begin_anew, catch_up, in_force, look_soon
from portal.needs.likeness import AlikeMessage, index_missing, messages_like, not_alike
from portal.needs.models import MessageReading, Review, Signal, Tag
from portal.needs.queries import (
    SeenTag,
    conversations_about,
    conversations_to_review,
    newest_review_id,
    owner_of,
    readings_of,
    reviews_of,
    tag_in,
    tags_for_customer,
    tags_of,
)
from portal.needs.reading import keep_readings, read_waiting
from portal.needs.rules import INTENTS, SENTIMENTS, SIGNAL_THRESHOLD, STATES, sureness
from portal.needs.schemas import WEEKS, AddTagSchema, NeedsQuery, NotAlikeSchema, ReviewSchema, SignalsQuery
from portal.needs.signals import end_signals, rest_signals

__all__ = [
    "INTENTS",
    "SENTIMENTS",
    "SIGNAL_THRESHOLD",
    "STATES",
    "WEEKS",
    "AddTagSchema",
    "AlikeMessage",
    "Coverage",
    "InForce",
    "MessageReading",
    "NeedsQuery",
    "NotAlikeSchema",
    "Review",
    "ReviewSchema",
    "SeenTag",
    "Signal",
    "SignalRow",
    "SignalsQuery",
    "Tag",
    "WeekCount",
    "add_tag",
    "begin_anew",
    "catch_up",
    "claims_of",
    "conversations_about",
    "conversations_to_review",
    "coverage",
    "end_signals",
    "in_force",
    "index_missing",
    "keep_readings",
    "language_name",
    "look_soon",
    "masked",
    "messages_like",
    "messages_per_week",
    "need_name",
    "need_series",
    "newest_review_id",
    "not_alike",
    "owner_of",
    "preview",
    "read_waiting",
    "readings_of",
    "rest_signals",
    "review",
    "reviews_of",
    "signals_page",
    "sureness",
    "tag_in",
    "tags_for_customer",
    "tags_of",
    "taxonomy",
]  # fmt: skip
