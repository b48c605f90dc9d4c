"""Models as they are kept: read from their files, and fitted to the needs there are."""

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from nlp import Taxonomy
from nlp.learning import Model, ModelError, from_files
from portal.needs.learning.models import LearntFile, LearntModel

NOTHING = "(none)"
log = structlog.get_logger()


def model_numbered(session: Session, number: int | None, taxonomy: Taxonomy) -> Model | None:
    """The model of that number, None when there is none or its files are not what was saved: then the rules read."""
    if number is None:
        return None
    rows = session.execute(
        sa.select(LearntFile.name, LearntFile.content)
        .join(LearntModel, LearntModel.id == LearntFile.model_id)
        .where(LearntModel.number == number)
    )
    try:
        return fitted(from_files({name: bytes(content) for name, content in rows}), taxonomy)
    except ModelError as fault:
        log.error("a learned model cannot be read, so the rules read alone", model=number, error=str(fault))
        return None


def fitted(model: Model, taxonomy: Taxonomy) -> Model:
    """The model without what it learned of needs, when it would claim one that is gone."""
    heads, columns, at = [], [], 0
    for head in model.heads:
        width = len(head.labels)
        if head.task != "needs" or set(head.labels) <= {*taxonomy.needs, NOTHING}:
            heads.append(head)
            columns += list(range(at, at + width))
        at += width
    return (
        model if len(heads) == len(model.heads) else Model(model.vocabulary, heads, model.words[:, columns], model.info)
    )
