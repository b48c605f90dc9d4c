"""Learning from people: labels in, out comes a model that corrects the reader; with its gate and its review queue.

Nothing here knows a database. A model is numbers and features of words, never a text, and is stored without pickle.
"""

from __future__ import annotations

from .behaviour import Behaviour, Failure, put_to_the_test
from .figures import Figures, figures_of
from .gate import Criterion, Item, Verdict, claims_of, decide, items_of
from .grouping import grouped_folds, grouped_split, near_duplicate_groups
from .labels import MOST_PER_GIVER, TASKS, WEIGHTS, Label, label_of, read_labels, within_limits
from .model import Model
from .queue import Candidate, Picked, choose
from .store import ModelError, from_files, load, save, to_files
from .training import CALIBRATED_FROM, FEWEST, Outcome, Trained, train

__all__ = [
    "CALIBRATED_FROM",
    "FEWEST",
    "MOST_PER_GIVER",
    "TASKS",
    "WEIGHTS",
    "Behaviour",
    "Candidate",
    "Criterion",
    "Failure",
    "Figures",
    "Item",
    "Label",
    "Model",
    "ModelError",
    "Outcome",
    "Picked",
    "Trained",
    "Verdict",
    "choose",
    "claims_of",
    "decide",
    "figures_of",
    "from_files",
    "grouped_folds",
    "grouped_split",
    "items_of",
    "label_of",
    "load",
    "near_duplicate_groups",
    "put_to_the_test",
    "read_labels",
    "save",
    "to_files",
    "train",
    "within_limits",
]
