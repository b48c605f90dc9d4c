"""CPU per text of the whole reader, alone and with two workers, against TextBlob's sentiment alone."""

from __future__ import annotations

import resource
import time

from machine import customers_words, describe, in_turns
from textblob import TextBlob

from nlp import Reader

TEXTS, MANY, ROUNDS = 200, 3_000, 7


def children_cpu() -> float:
    """CPU seconds of the worker processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    print(describe())
    reader = Reader.default()
    words = customers_words()
    texts = words[:TEXTS]
    found = in_turns(
        {
            "TextBlob .sentiment alone": lambda: [TextBlob(text).sentiment for text in texts],
            "Reader.read, every stage": lambda: [reader.read(text) for text in texts],
        },
        ROUNDS,
    )
    base = found["TextBlob .sentiment alone"]
    print(f"{len(texts)} texts, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    for name, seconds in found.items():
        print(f"{name:<28} {1e3 * seconds / len(texts):6.2f} ms of CPU a text   {seconds / base:5.1f} x TextBlob")
    began, others = time.perf_counter(), children_cpu()
    reader.read_many(texts[:2], workers=2)
    start = children_cpu() - others
    print(f"starting a worker: {time.perf_counter() - began:.1f} s on the wall, {start:.1f} s of CPU")
    many = (words * (MANY // len(words) + 1))[:MANY]
    for workers in (1, 2):
        began, own, others = time.perf_counter(), time.process_time(), children_cpu()
        reader.read_many(many, workers=workers)
        wall = time.perf_counter() - began
        cpu = time.process_time() - own + children_cpu() - others
        print(
            f"read_many, {workers} worker(s), {MANY} texts: {MANY / wall:6.0f} texts/s on the wall, {cpu:5.1f} s of CPU"
        )


if __name__ == "__main__":
    main()
