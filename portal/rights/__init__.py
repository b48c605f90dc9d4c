"""Rights: what customers ask for by right, its clocks, holds that forbid erasing, and certificates of erasure."""

from portal.rights.actions import (
    acknowledge,
    ask,
    certify,
    erasure_done,
    forget_words,
    lift_hold,
    remark,
    set_hold,
    settle,
    take_back,
)
from portal.rights.models import Erasure, LegalHold, RightsRequest, RightsStep
from portal.rights.queries import (
    Clocks,
    certificate,
    desk,
    erasures_due,
    held,
    hold,
    holds_of,
    last_certificate,
    oldest_open,
    open_erasure,
    request,
    requests_of,
    standing,
    steps_of,
    ticking,
)
from portal.rights.rules import COVERS, KINDS, OPEN, WAYS, alarm, next_day
from portal.rights.schemas import AskSchema, EraseSchema, HoldSchema, RemarkSchema, SettleSchema, TakenDownSchema

__all__ = [
    "COVERS", "KINDS", "OPEN", "WAYS", "AskSchema", "Clocks", "EraseSchema", "Erasure", "HoldSchema", "LegalHold",
    "RemarkSchema", "RightsRequest", "RightsStep", "SettleSchema", "TakenDownSchema", "acknowledge", "alarm", "ask",
    "certificate", "certify", "desk", "erasure_done", "erasures_due", "forget_words", "held", "hold", "holds_of",
    "last_certificate", "lift_hold", "next_day", "oldest_open", "open_erasure", "remark", "request", "requests_of",
    "set_hold", "settle", "standing", "steps_of", "take_back", "ticking",
]  # fmt: skip
