"""CPU of the reader against TextBlob's sentiment alone, short and long texts, one and two workers; memory, start."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from machine import children_cpu, customers_words, describe
from textblob import TextBlob

from nlp import Reader

TEXTS, MANY, ROUNDS = 200, 3_000, 9
_START = (
    "import time; began = time.process_time(); import nlp; came = time.process_time();"
    "reader = nlp.Reader.default(); reader.read('The fee is too high'); read = time.process_time();"
    "reader.read('App ottima e veloce'); other = time.process_time();"
    "print(came - began, read - came, other - read);"
    "[reader.read(f'Text {number} is too slow and nobody answers') for number in range(3000)];"
    "print(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
)


def against_textblob(reader: Reader, name: str, texts: list[str]) -> None:
    """Print what a text costs, and how often TextBlob's sentiment alone would fit into it, in the same run.

    Of each text the best of some turns counts: others who use the cores disturb the longer work more.
    """
    voices: dict[str, Callable[[str], object]] = {
        "TextBlob .sentiment alone": lambda text: TextBlob(text).sentiment,
        "Reader.read, every stage": reader.read,
    }
    found = dict.fromkeys(voices, 0.0)
    for text in texts:
        best = dict.fromkeys(voices, float("inf"))
        for _ in range(ROUNDS):
            for voice, read in voices.items():
                began = time.thread_time()
                read(text)
                best[voice] = min(best[voice], time.thread_time() - began)
        found = {voice: seconds + best[voice] for voice, seconds in found.items()}
    base = found["TextBlob .sentiment alone"]
    print(f"{name}: {len(texts)} texts, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    for voice, seconds in found.items():
        print(f"  {voice:<28} {1e3 * seconds / len(texts):6.2f} ms of CPU a text   {seconds / base:5.1f} x TextBlob")


def shared_work(reader: Reader, texts: list[str]) -> None:
    """Print texts a second with one and two workers.

    The gain on the wall means something on idle cores only. What two would gain there is told from the CPU they took.
    """
    rates, costs = list[float](), list[float]()
    for workers in (1, 2):
        began, own, others = time.perf_counter(), time.process_time(), children_cpu()
        reader.read_many(texts, workers=workers)
        wall = time.perf_counter() - began
        cpu = time.process_time() - own + children_cpu() - others
        rates.append(len(texts) / wall)
        costs.append(cpu)
        print(f"read_many, {workers} worker(s): {rates[-1]:6.0f} texts/s on the wall, {cpu:5.1f} s of CPU")
    print(f"two workers are {rates[1] / rates[0]:.2f} x one on the wall, {2 * costs[0] / costs[1]:.2f} x one by CPU")


def main() -> None:
    print(describe())
    reader = Reader.default()
    words = customers_words()
    short = words[:TEXTS]
    long = [" ".join(words[at : at + 12]) for at in range(0, min(len(words), 600), 12)]
    reader.read_many([*words, "App ottima e veloce"])
    against_textblob(reader, "short", short)
    against_textblob(reader, "long", long)
    shared_work(reader, (words * (MANY // len(words) + 1))[:MANY])
    told = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True).stdout.split()
    came, read, other, memory = map(float, told)
    print(f"import {came:.2f} s of CPU, first English text {read:.2f} s, first of another language {other:.2f} s")
    print(f"peak memory of a process after 3,000 texts: {memory:.0f} MB")


if __name__ == "__main__":
    main()
