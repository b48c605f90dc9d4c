"""Conversations: what is said, by both sides, and what was promised."""

from portal.conversations.actions import (
    acknowledge,
    assign,
    keep_promise,
    reopen,
    reply,
    settle,
    submit,
)
from portal.conversations.claims import Read, Waiting, claim_waiting, mark_failed, mark_read, still_ours
from portal.conversations.importing import import_feedback
from portal.conversations.models import Conversation, Message, Promise
from portal.conversations.queries import (
    COUNT_UP_TO,
    InboxFilter,
    InboxRow,
    conversation_by_receipt,
    conversation_by_ref,
    conversation_for,
    conversations_of,
    inbox,
    inbox_count,
    message_by_ref,
    owed,
    promises_of,
    thread,
    who_answers,
)
from portal.conversations.rules import TEXT_LIMIT, fault_in_text, fault_message
from portal.conversations.schemas import AnswerSchema, PreviewSchema, SaySchema, WriteBackSchema

__all__ = [
    "COUNT_UP_TO",
    "TEXT_LIMIT",
    "AnswerSchema",
    "Conversation",
    "InboxFilter",
    "InboxRow",
    "Message",
    "PreviewSchema",
    "Promise",
    "Read",
    "SaySchema",
    "Waiting",
    "WriteBackSchema",
    "acknowledge",
    "assign",
    "claim_waiting",
    "conversation_by_receipt",
    "conversation_by_ref",
    "conversation_for",
    "conversations_of",
    "fault_in_text",
    "fault_message",
    "import_feedback",
    "inbox",
    "inbox_count",
    "keep_promise",
    "mark_failed",
    "mark_read",
    "message_by_ref",
    "owed",
    "promises_of",
    "reopen",
    "reply",
    "settle",
    "still_ours",
    "submit",
    "thread",
    "who_answers",
]  # fmt: skip
