"""Job learn: a newcomer is trained on what people said, measured on what it never saw, and kept with its verdict.

Training and measuring happen outside any transaction; what came of it is written once. A number can be taken once, so
of two workers one has worked in vain and nothing is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nlp import Reader
from nlp.learning import FEWEST, Model, Verdict, near_duplicate_groups, to_files, train
from portal import audit, db
from portal.needs.in_force import InForce, catch_up, look_soon
from portal.needs.learning.labels import labels
from portal.needs.learning.measuring import Readers, judged, measured
from portal.needs.learning.models import LearntFile, LearntItem, LearntModel
from portal.needs.learning.rules import KEPT_MODELS, Learnable, fingerprint, for_training, state_after


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a training starts from."""

    said: Sequence[Learnable]
    force: InForce
    number: int
    learned_from: str | None


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A trained model with everything that is kept of it."""

    model: Model
    learned_from: str
    training: Sequence[Learnable]
    verdicts: Sequence[Verdict]
    measured: dict[str, Any]


def _never() -> bool:
    return False


def learn(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = _never,
) -> tuple[int, int]:
    """Train a newcomer when there are enough labels and something is new; gives (1, 0) when one was kept.

    :param worker: who works, for the log of the job; a model belongs to nobody.
    """
    with db.reading(engine) as session:
        ground = _ground(session, clock())
    groups = near_duplicate_groups([one.label.text for one in ground.said])
    training, frozen = for_training(ground.said, groups)
    if len(training) < FEWEST:
        return 0, 0
    print_of = fingerprint(training, frozen, ground.force.reader.version)
    if print_of == ground.learned_from or should_stop():
        return 0, 0
    newcomer = _trained(training, frozen, ground, print_of, clock())
    if should_stop():
        return 0, 0
    try:
        with db.writing(engine) as session:
            _keep(session, newcomer, ground.number, clock())
    except IntegrityError:  # another worker was quicker
        return 0, 0
    look_soon()
    return 1, 0


def _ground(session: Session, now: datetime) -> _Ground:
    force = catch_up(session, force=True)
    newest = session.execute(
        sa.select(LearntModel.number, LearntModel.learned_from).order_by(LearntModel.number.desc()).limit(1)
    ).one_or_none()
    return _Ground(
        said=labels(session, now),
        force=force,
        number=newest.number + 1 if newest else 1,
        learned_from=newest.learned_from if newest else None,
    )


def _trained(
    training: Sequence[Learnable], frozen: Sequence[Learnable], ground: _Ground, learned_from: str, now: datetime
) -> _Newcomer:
    alone = Reader(ground.force.taxonomy)
    trained = train([one.label for one in training], alone, number=ground.number, at=now.date().isoformat())
    readers = Readers(alone, ground.force.reader, Reader(ground.force.taxonomy, trained.model))
    return _Newcomer(
        model=trained.model,
        learned_from=learned_from,
        training=training,
        verdicts=judged(trained.model, frozen, readers),
        measured=measured(frozen, readers),
    )


def _keep(session: Session, newcomer: _Newcomer, number: int, now: datetime) -> None:
    state = state_after(newcomer.verdicts)
    if state == "shadow":
        session.execute(
            sa.update(LearntModel).where(LearntModel.state == "shadow").values(state="retired", retired_at=now)
        )
    kept = LearntModel(
        number=number,
        trained_at=now,
        state=state,
        learned_from=newcomer.learned_from,
        info=newcomer.model.info,
        verdicts=[verdict.as_dict() for verdict in newcomer.verdicts],
        measured=newcomer.measured,
    )
    session.add(kept)
    session.flush()
    if state == "shadow":  # of what is refused only the figures stay: nothing of anybody's words, and nothing to mark
        session.execute(
            sa.insert(LearntItem), [{"model_id": kept.id, "message_id": one.message_id} for one in newcomer.training]
        )
        files = to_files(newcomer.model)
        session.execute(
            sa.insert(LearntFile),
            [{"model_id": kept.id, "name": name, "content": content} for name, content in files.items()],
        )
        _forget_old_files(session)
    audit.record(session, act="reader.trained", subject=f"model:{number}", now=now, detail={"state": state})


def _forget_old_files(session: Session) -> None:
    """Keep the files of the newest models and of what is in force; of the others only the figures stay."""
    newest = (
        sa.select(LearntModel.id)
        .where(LearntModel.state != "refused")
        .order_by(LearntModel.number.desc())
        .limit(KEPT_MODELS)
        .subquery()
    )
    in_use = sa.select(LearntModel.id).where(LearntModel.state.in_(("live", "shadow")))
    for table in (LearntFile, LearntItem):
        session.execute(
            sa.delete(table)
            .where(table.model_id.not_in(sa.select(newest.c.id)), table.model_id.not_in(in_use))
            .execution_options(synchronize_session=False)
        )
