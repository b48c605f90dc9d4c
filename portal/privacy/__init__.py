"""Privacy: changing consent with all that follows from it, handing over and erasing everything about one customer."""

from portal.privacy.actions import change_consent, undo, withdraw_all
from portal.privacy.alarming import alarm_requests
from portal.privacy.archive import archive
from portal.privacy.brought import receipt_of_entry
from portal.privacy.erasing import Erased, PlanLine, erase, plan_erasure
from portal.privacy.expiring import expire_consents, warn_before_end
from portal.privacy.farewell import ask_erasure, erase_due, take_down
from portal.privacy.handing import hand_over
from portal.privacy.plan import FATES
from portal.privacy.queries import Beside, beside, first_words_at, resting_on
from portal.privacy.rules import ACTS, CellChange
from portal.privacy.stopping import (
    PAUSE_DAYS,
    hear,
    hear_of_message,
    object_by_browser,
    one_cell,
    pause_by_link,
    stop,
    stop_all,
)
from portal.privacy.telling import told

__all__ = [
    "ACTS",
    "FATES",
    "PAUSE_DAYS",
    "Beside",
    "CellChange",
    "Erased",
    "PlanLine",
    "alarm_requests",
    "archive",
    "ask_erasure",
    "beside",
    "change_consent",
    "erase",
    "erase_due",
    "expire_consents",
    "first_words_at",
    "hand_over",
    "hear",
    "hear_of_message",
    "object_by_browser",
    "one_cell",
    "pause_by_link",
    "plan_erasure",
    "receipt_of_entry",
    "resting_on",
    "stop",
    "stop_all",
    "take_down",
    "told",
    "undo",
    "warn_before_end",
    "withdraw_all",
]
