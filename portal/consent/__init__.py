"""Consent: what a customer lets us do, the ledger that proves it, and the words it rests on."""

from portal.consent.actions import pause, record, resume, serve, set_preference
from portal.consent.again import LedgerAgain
from portal.consent.asking import add_purpose, heed_gpc, retire_purpose
from portal.consent.faults import Fault
from portal.consent.feed import Changes, changes, horizon
from portal.consent.heads import SignedHeads, heads_folder, read_heads, sign_heads
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
    draft_notice,
    edit_notice,
    languages_of,
    publish_notice,
    version_sha256,
)
from portal.consent.passing import begin_entry, pass_on
from portal.consent.permissions import Permission
from portal.consent.proving import JSONLD, KANTARA, check_receipt, receipt_file, terms_of, views_of
from portal.consent.published import (
    current_notice,
    granted_by_version,
    notice,
    notice_by_id,
    notice_in_force,
    notices,
    notices_shown,
    opt_in_by_version,
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
    state_as_of,
    state_of,
)
from portal.consent.receipts import issue_receipt, receipt_by_code, receipt_by_key, receipts_of
from portal.consent.rules import GRADES, PAUSE, STOP, Cell, NewEntry, months_later
from portal.consent.stops import end_of_pause, own_account, unheard_by_gpc
from portal.consent.suppressing import keep_denied, suppress
from portal.consent.verifying import verify

__all__ = [
    "ACTIONS",
    "ANY",
    "CHANGES",
    "GRADES",
    "JSONLD",
    "KANTARA",
    "PAUSE",
    "STOP",
    "Cell",
    "CellState",
    "Changes",
    "ConsentEntry",
    "ConsentState",
    "Fault",
    "LedgerAgain",
    "NewEntry",
    "Notice",
    "NoticeServed",
    "Permission",
    "Preference",
    "Purpose",
    "Receipt",
    "SignedHeads",
    "StopLink",
    "Suppression",
    "add_purpose",
    "allows",
    "begin_entry",
    "cells_of",
    "changes",
    "check_receipt",
    "current_notice",
    "draft_notice",
    "edit_notice",
    "end_of_pause",
    "granted_by_version",
    "head",
    "heads_folder",
    "heed_gpc",
    "history",
    "horizon",
    "issue_receipt",
    "keep_denied",
    "languages_of",
    "months_later",
    "notice",
    "notice_by_id",
    "notice_in_force",
    "notices",
    "notices_shown",
    "open_stop",
    "opt_in_by_version",
    "own_account",
    "pass_on",
    "pause",
    "permitted",
    "preference_of",
    "publish_notice",
    "purposes",
    "read_heads",
    "receipt_by_code",
    "receipt_by_key",
    "receipt_file",
    "receipts_of",
    "record",
    "resume",
    "retire_purpose",
    "seal_stop",
    "serve",
    "set_preference",
    "sign_heads",
    "state_as_of",
    "state_of",
    "suppress",
    "terms_of",
    "unheard_by_gpc",
    "verify",
    "version_sha256",
    "views_of",
]  # fmt: skip
