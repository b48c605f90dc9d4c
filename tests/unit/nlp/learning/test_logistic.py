"""The solver: both of its ways agree, and it finds what can be told in closed form."""

import numpy as np
import pytest

from nlp.learning.calibration import SURE, Calibration, earned_from, fit_scores
from nlp.learning.features import Rows
from nlp.learning.logistic import Problem, SparseDesign, TextDesign, fit, softmax


def rows(count: int, width: int) -> Rows:
    draw = np.random.default_rng(1)
    ids = np.concatenate([draw.choice(width, 5, replace=False) for _ in range(count)]).astype(np.int32)
    return Rows(np.arange(0, 5 * count + 1, 5), ids, draw.random(5 * count), width)


@pytest.mark.parametrize("exclusive", [True, False])
def test_few_texts_and_many_features_give_the_same_weights_either_way(exclusive: bool) -> None:
    draw = np.random.default_rng(2)
    sparse, dense = rows(60, 40), draw.random((60, 3))
    truth = np.eye(3)[draw.integers(0, 3, 60)]
    start, importance = np.zeros((60, 3)), np.ones(60)
    long = SparseDesign(sparse, dense)
    short = TextDesign(long)
    weights = fit(long, start, truth, importance, 1.0, exclusive, rounds=400)
    others = short.unfold(fit(short, start, truth, importance, 1.0, exclusive, rounds=400))
    assert np.abs(weights - others).max() < 0.02


def test_rows_that_are_left_out_have_no_say() -> None:
    sparse, dense = rows(40, 20), np.ones((40, 1))
    truth = np.eye(2)[np.arange(40) % 2]
    importance = (np.arange(40) < 20).astype(float)
    turned = truth.copy()
    turned[20:] = 1 - turned[20:]
    design, start = SparseDesign(sparse, dense), np.zeros((40, 2))
    one = fit(design, start, truth, importance, 1.0, True)
    assert np.array_equal(one, fit(design, start, turned, importance, 1.0, True))


def test_rows_of_no_fold_are_learned_from_and_never_judged() -> None:
    sparse, dense = rows(40, 20), np.ones((40, 1))
    truth, start = np.eye(2)[np.arange(40) % 2], np.zeros((40, 2))
    folds = np.where(np.arange(40) < 30, np.arange(40) % 3, -1)
    problem = Problem(SparseDesign(sparse, dense), start, truth, np.ones(40), True)
    _, raws = problem.choose(folds, (1.0,))
    assert not raws[30:].any()
    others = Problem(problem.design, start, np.where(folds[:, None] < 0, 1 - truth, truth), np.ones(40), True)
    assert not np.allclose(others.choose(folds, (1.0,))[1][:30], raws[:30])


def test_boasting_scores_are_calmed_by_calibration() -> None:
    draw = np.random.default_rng(3)
    honest = draw.normal(0, 1, (4000, 2))
    truth = np.eye(2)[(draw.random(4000) < softmax(honest)[:, 1]).astype(int)]
    found = fit_scores(5 * honest, truth, np.ones(4000), True)
    assert found.slope == pytest.approx(0.2, abs=0.02)


def test_eight_tenths_are_only_told_where_nine_of_ten_were_right() -> None:
    chances = np.linspace(0.6, 1.0, 400)
    right = np.arange(400) % 10 < np.where(chances > 0.9, 10, 8)
    earned = earned_from(chances, right)
    assert 0.82 < earned < 0.95
    told = Calibration(1.0, (0.0,), earned)
    assert told.told(earned - 0.01) < SURE <= told.told(earned)
    assert told.told(0.5) == 0.5
    assert [told.told(one) for one in chances] == sorted(told.told(one) for one in chances)


def test_a_margin_tells_apart_what_can_be_told_apart_and_is_calibrated_afterwards() -> None:
    draw = np.random.default_rng(4)
    sparse, dense = rows(400, 30), draw.random((400, 3))
    truth = np.eye(3)[dense.argmax(axis=1)]
    design, start, importance = SparseDesign(sparse, dense), np.zeros((400, 3)), np.ones(400)
    raw = design.forward(fit(design, start, truth, importance, 30.0, True, by_margin=True))
    assert (raw.argmax(axis=1) == dense.argmax(axis=1)).mean() > 0.95
    found = fit_scores(raw, truth, importance, True)
    sure = softmax(found.scores(raw)).max(axis=1)
    assert sure.mean() == pytest.approx((raw.argmax(axis=1) == dense.argmax(axis=1)).mean(), abs=0.05)
