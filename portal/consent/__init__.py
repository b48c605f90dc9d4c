"""Consent: what a customer lets us do, the ledger that proves it, and the words it rests on."""

from portal.consent.actions import pause, record, resume, serve, set_preference
from portal.consent.faults import Fault
from portal.consent.links import StopLink, open_stop, seal_stop
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
    Suppression,
)
from portal.consent.notices import (
    CHANGES,
    add_purpose,
    draft_notice,
    edit_notice,
    heed_gpc,
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
    state_as_of,
    state_of,
)
from portal.consent.receipts import issue_receipt
from portal.consent.rules import PAUSE, STOP, Cell, NewEntry, Permission, months_later
from portal.consent.stops import end_of_pause, own_account, unheard_by_gpc
from portal.consent.suppressing import keep_denied, suppress
from portal.consent.verifying import verify

__all__ = [
    "ACTIONS", "ANY", "CHANGES", "JSONLD", "KANTARA", "PAUSE", "STOP", "Cell", "CellState", "ConsentEntry",
    "ConsentState", "Fault", "NewEntry", "Notice", "NoticeServed", "Permission", "Preference", "Purpose", "Receipt",
    "StopLink", "Suppression", "add_purpose", "allows", "cells_of", "check_receipt", "current_notice",
    "draft_notice", "edit_notice", "end_of_pause", "granted_by_version", "head", "heed_gpc", "history",
    "issue_receipt", "keep_denied", "months_later", "notice", "notice_by_id", "notice_in_force", "notices",
    "notices_shown", "open_stop", "own_account", "pause", "permitted", "preference_of", "publish_notice",
    "purposes", "receipt_by_code", "receipt_by_key", "receipt_file", "receipts_of", "record", "resume",
    "retire_purpose", "seal_stop", "serve", "set_preference", "state_as_of", "state_of", "suppress", "terms_of",
    "unheard_by_gpc", "verify", "views_of",
]  # fmt: skip
