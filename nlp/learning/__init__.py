"""Learning from people: labels in, out comes a model that corrects the reader; with its gate and its review queue.

Nothing here knows a database. A model is numbers and features of words, never a text, and is stored without pickle.
"""

from __future__ import annotations

from .figures import Figures, figures_of
from .grouping import grouped_folds, grouped_split, near_duplicate_groups
from .labels import MOST_PER_GIVER, TASKS, WEIGHTS, Label, label_of, read_labels, within_limits
from .model import Model
from .store import ModelError, from_files, load, save, to_files
from .training import CALIBRATED_FROM, FEWEST, Outcome, Trained, train

__all__ = [
    "CALIBRATED_FROM",
    "FEWEST",
    "MOST_PER_GIVER",
    "TASKS",
    "WEIGHTS",
    "Figures",
    "Label",
    "Model",
    "ModelError",
    "Outcome",
    "Trained",
    "figures_of",
    "from_files",
    "grouped_folds",
    "grouped_split",
    "label_of",
    "load",
    "near_duplicate_groups",
    "read_labels",
    "save",
    "to_files",
    "train",
    "within_limits",
]
