"""How often a claim falls when the words it is shown to rest on are deleted: ``python benchmarks/evidence.py FOLDER``.

Texts are drawn from every labelled file of the folder (a JSON object with ``text`` a line), equally many from each.
A sentiment claim is one that is negative or positive; it falls when the label is another or nothing is read any more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nlp import Reader, Reading, Span

KINDS = ("needs", "intents", "aspects", "safety", "sentiment")


def texts_of(folder: Path, count: int, seed: int) -> list[str]:
    """About ``count`` texts, equally many of every file, drawn by ``seed``."""
    files = sorted(folder.glob("*.jsonl"))
    chance = random.Random(seed)
    drawn = []
    for path in files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        texts = [str(row["text"]) for row in rows if row.get("text")]
        drawn += chance.sample(texts, min(len(texts), -(-count // len(files))))
    return drawn


def claims_of(reading: Reading) -> Iterator[tuple[str, str, tuple[Span, ...]]]:
    """Every claim as kind, value and spans."""
    yield from (("needs", claim.need, claim.spans) for claim in reading.needs)
    yield from (("intents", claim.intent, claim.spans) for claim in reading.intents if claim.intent != "none")
    yield from (("aspects", claim.aspect, claim.spans) for claim in reading.aspects)
    yield from (("safety", claim.kind, claim.spans) for claim in reading.safety)
    if reading.sentiment is not None and reading.sentiment.label in ("negative", "positive"):
        yield "sentiment", reading.sentiment.label, reading.sentiment.spans


def without(text: str, spans: tuple[Span, ...]) -> str:
    """The text with the words of these spans deleted."""
    gone = {at for span in spans for at in range(span.start, span.end)}
    return "".join(character for at, character in enumerate(text) if at not in gone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("CANDOUR_DATA"))
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", choices=KINDS, help="print the claims of this kind that do not fall")
    chosen = parser.parse_args()
    if chosen.folder is None:
        print("Skipped: this reads labelled texts. Name their folder, or set CANDOUR_DATA.")
        return
    reader = Reader.default()
    made, fallen, letters, shown, pieces = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
    )
    for text in texts_of(chosen.folder, chosen.texts, chosen.seed):
        for kind, value, spans in claims_of(reader.read(text)):
            made[kind] += 1
            pieces[kind] += len(spans)
            shown[kind] += sum(span.end - span.start for span in spans)
            letters[kind] += len(text)
            left = reader.read(without(text, spans))
            stays = any(kind == other and value == same for other, same, _ in claims_of(left))
            fallen[kind] += not stays
            if stays and kind == chosen.show:
                print(f"{value}: {[span.text for span in spans]} in {text[:200]!r}")
    for kind in KINDS:
        claims = max(1, made[kind])
        print(
            f"{kind:<10} {made[kind]:>6} claims  {fallen[kind] / claims:7.1%} fall  "
            f"{pieces[kind] / claims:4.1f} spans  {shown[kind] / max(1, letters[kind]):6.1%} of the text shown"
        )


if __name__ == "__main__":
    main()
