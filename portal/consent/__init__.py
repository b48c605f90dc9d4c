"""Consent: what a customer lets us do, the ledger that proves it, and the words it rests on."""

from portal.consent.actions import pause, record, resume, serve, set_preference
from portal.consent.chain import Fault
from portal.consent.models import (
    ACTIONS,
    ANY,
    ConsentEntry,
    ConsentState,
    Notice,
    NoticeServed,
    Preference,
    Purpose,
    Receipt,
)
from portal.consent.notices import (
    CHANGES,
    add_purpose,
    draft_notice,
    edit_notice,
    publish_notice,
    retire_purpose,
)
from portal.consent.proving import JSONLD, KANTARA, check_receipt, receipt_file, terms_of, views_of
from portal.consent.published import (
    current_notice,
    granted_by_version,
    notice,
    notice_by_id,
    notice_in_force,
    notices,
    notices_shown,
)
from portal.consent.queries import (
    CellState,
    allows,
    cells_of,
    head,
    history,
    permitted,
    preference_of,
    purposes,
    receipt_by_code,
    receipt_by_key,
    receipts_of,
    state_of,
)
from portal.consent.receipts import issue_receipt
from portal.consent.rules import PAUSE, STOP, Cell, NewEntry, Permission, months_later
from portal.consent.verifying import verify

__all__ = [
    "ACTIONS", "ANY", "CHANGES", "JSONLD", "KANTARA", "PAUSE", "STOP", "Cell", "CellState", "ConsentEntry",
    "ConsentState", "Fault", "NewEntry", "Notice", "NoticeServed", "Permission", "Preference", "Purpose", "Receipt",
    "add_purpose", "allows", "cells_of", "check_receipt", "current_notice", "draft_notice", "edit_notice",
    "granted_by_version", "head", "history", "issue_receipt", "months_later", "notice", "notice_by_id",
    "notice_in_force", "notices", "notices_shown", "pause", "permitted", "preference_of", "publish_notice",
    "purposes", "receipt_by_code", "receipt_by_key", "receipt_file", "receipts_of", "record", "resume",
    "retire_purpose", "serve", "set_preference", "state_of", "terms_of", "verify", "views_of",
]  # fmt: skip
