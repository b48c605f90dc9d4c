"""Texts shared between processes come back in order, faults with them, and no process is left behind."""

import multiprocessing
import os
import time
from collections.abc import Callable

import pytest

from nlp.sharing import shared

POISON = "poison"


def loudly(text: str) -> str:
    """Reads a text, so to speak; of one it cannot."""
    if text == POISON:
        raise ZeroDivisionError("this cannot be read")
    return text.upper()


def by_halves(text: str) -> str:
    """Reads in the process that asked, and ends any other."""
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return text


def made(read: Callable[[str], str]) -> Callable[[str], str]:
    """What another process begins with where it cannot be forked."""
    return read


def among(texts: list[str], workers: int, read: Callable[[str], str] = loudly) -> list[object]:
    return list(shared(texts, workers, read, made, (read,)))  # type: ignore[arg-type]  # any reading will do


@pytest.mark.parametrize(("count", "length", "workers"), [(0, 1, 2), (3, 1, 2), (500, 1, 3), (90, 4_900, 2)])
def test_however_many_and_long_they_are_and_whoever_reads_them_all_come_in_order(
    count: int, length: int, workers: int
) -> None:
    texts = [f"text {number} " * length for number in range(count)]
    assert among(texts, workers) == [text.upper() for text in texts]


def test_what_goes_wrong_elsewhere_goes_wrong_here() -> None:
    with pytest.raises(ZeroDivisionError, match="cannot be read"):
        among([POISON, *["text"] * 100], 2)


def test_when_another_process_dies_it_is_said_and_nobody_waits() -> None:
    with pytest.raises(ChildProcessError, match="before it was done"):
        among(["text"] * 100, 2, by_halves)


def test_who_stops_asking_leaves_no_process_behind() -> None:
    before = set(multiprocessing.active_children())
    readings = shared(["text"] * 1_000, 2, loudly, made, (loudly,))  # type: ignore[arg-type]  # as above
    next(readings)
    readings.close()  # type: ignore[attr-defined]  # it is a generator
    until = time.monotonic() + 5
    while set(multiprocessing.active_children()) - before and time.monotonic() < until:
        time.sleep(0.01)
    assert not set(multiprocessing.active_children()) - before
