"""What learning needs of every labelled text, and the seed phrases of a taxonomy as labels of little weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .cold import ColdReader, View
from .features import Tokens, tokens_of
from .grouping import near_duplicate_groups
from .labels import Label


@dataclass(slots=True)
class Gathered:
    """Readable labels, each with its text as seen before learning, its tokens, and its group of near-duplicates."""

    labels: list[Label] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)

    def only(self, places: Sequence[int]) -> Gathered:
        """The rows at these places."""
        return Gathered(
            [self.labels[place] for place in places],
            [self.views[place] for place in places],
            [self.tokens[place] for place in places],
            [self.groups[place] for place in places],
        )


def gather(labels: Sequence[Label], reader: ColdReader) -> tuple[Gathered, int]:
    """The labels whose texts can be read, and the number of the others."""
    rows = _seen(labels, reader)
    texts = [view.intake.clean for view in rows.views]
    rows.groups = near_duplicate_groups(texts, [label.group for label in rows.labels])
    return rows, len(labels) - len(rows.labels)


def gather_seeds(reader: ColdReader) -> Gathered:
    """The phrases that a taxonomy gives for each need, as if somebody had labelled them."""
    rows = _seen([Label(text, needs=(need,)) for text, need in reader.need_seeds], reader)
    rows.groups = list(range(len(rows.labels)))
    return rows


def _seen(labels: Sequence[Label], reader: ColdReader) -> Gathered:
    rows = Gathered()
    for label in labels:
        view = reader.view(label.text)
        if view is not None:
            rows.labels.append(label)
            rows.views.append(view)
            rows.tokens.append(tokens_of(view.sentences))
    return rows
