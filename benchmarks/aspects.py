"""Is the feeling of an aspect's own clause better than that of its sentence? ``python benchmarks/aspects.py FILE``.

FILE holds sentences about restaurants with several aspects each, one JSON object a line: ``text`` and ``label``, a list
of aspect and polarity. The words of the aspects are a small dictionary of ours; what it does not find is left out.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nlp.aspects import pole_of, scored_places
from nlp.metrics import accuracy, macro_f1
from nlp.phrasebook import PhraseBook
from nlp.sentiment import feel
from nlp.words import sentences_of

WORDS = {
    "staff": "staff|waiter|waiters|waitress|waitresses|server|servers|bartender|bartenders|hostess|manager|owner|chef",
    "food": "food|dish|dishes|pizza|sushi|steak|chicken|fish|salad|pasta|dessert|desserts|appetizer|appetizers|meal|"
    "lunch|dinner|brunch|burger|fries|soup|bread|rice|wine|drinks|drink|cocktails|beer",
    "service": "service",
    "price": "price|prices|priced|bill|check|cost|expensive|cheap",
    "menu": "menu|menus",
    "place": "place|restaurant|room|bar|table|tables|location|patio|garden|area",
    "ambience": "ambience|ambiance|atmosphere|decor|music|lighting|vibe",
}
POLES = ("negative", "neutral", "positive")


def judged(path: Path) -> Iterator[tuple[str, str, str]]:
    """What people say of each aspect that is found, what its clause says and what its sentence says."""
    book = PhraseBook.of({aspect: [words] for aspect, words in WORDS.items()})
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        meant = dict(row["label"])
        told: dict[str, list[tuple[float, float]]] = {}
        for sentence in sentences_of(row["text"]):
            whole = feel(sentence)
            for match, score in scored_places(sentence, whole, book.find(sentence.words)):
                told.setdefault(match.label, []).append((score, whole.score))
        for aspect, scores in told.items():
            if aspect in meant:
                own, all_of_it = (sum(column) / len(scores) for column in zip(*scores, strict=True))
                yield meant[aspect], pole_of(own), pole_of(all_of_it)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("CANDOUR_DATA")
    there = Path(folder) / "aspect_mams.train.jsonl" if folder else None
    parser.add_argument("file", type=Path, nargs="?", default=there)
    file = parser.parse_args().file
    if file is None:
        print("Skipped: this reads labelled texts. Name the file, or set CANDOUR_DATA.")
        return
    rows = list(judged(file))
    truth = [meant for meant, _, _ in rows]
    most = Counter(truth).most_common(1)[0][0]
    voices = {
        "its own clause": [own for _, own, _ in rows],
        "its whole sentence": [whole for _, _, whole in rows],
        f"always {most}": [most] * len(rows),
    }
    for voice, told in voices.items():
        print(f"{voice:<20} n {len(rows)}  accuracy {accuracy(truth, told):.3f}  macro-F1 {macro_f1(truth, told):.3f}")


if __name__ == "__main__":
    main()
