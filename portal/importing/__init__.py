"""Importing: consents from a file. The difference first, then what it shows, and the whole batch back if need be."""

from portal.importing.actions import LARGEST, SUFFIXES, ask_apply, ask_undo, discard, take_in
from portal.importing.models import ConsentBatch, ConsentBatchRow
from portal.importing.queries import batch_by_ref, batches, outcomes, results, rows_of
from portal.importing.rules import AT_WORK, OUTCOMES, STATES
from portal.importing.schemas import COLUMNS, NEEDED, UploadSchema, columns_from
from portal.importing.working import bring_on, work_on_batches

__all__ = [
    "AT_WORK", "COLUMNS", "LARGEST", "NEEDED", "OUTCOMES", "STATES", "SUFFIXES", "ConsentBatch", "ConsentBatchRow",
    "UploadSchema", "ask_apply", "ask_undo", "batch_by_ref", "batches", "bring_on", "columns_from", "discard",
    "outcomes", "results", "rows_of", "take_in", "work_on_batches",
]  # fmt: skip
