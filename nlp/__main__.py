"""The reader on the command line: ``python -m nlp read | evaluate | explain | train``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .evaluation import TASKS, Scores, evaluate, learning_curve
from .learning import TASKS as LEARNED
from .learning import Outcome, read_labels, save, train
from .reader import Reader
from .rows import BadRow, GoodRow, rows_of

_MOST_SHOWN = 10
"""Bad labels that are shown one by one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 well, 1 with bad rows, 2 when the file cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="read|evaluate|explain|train")
    read = commands.add_parser("read", help="read every text of a CSV or JSONL file")
    read.add_argument("file", type=Path)
    read.add_argument("--text-column", default="text", help="the column that holds the text (text)")
    read.add_argument("--out", type=Path, required=True, help="where the readings go, one JSON object a line")
    read.add_argument("--bad", type=Path, help="where bad rows are reported (OUT with .bad.jsonl)")
    read.add_argument("--workers", type=int, default=1, help="processes that share the work (1)")
    read.set_defaults(run=read_file)
    judged = commands.add_parser("evaluate", help="compare the reader with labels and with plain baselines")
    judged.add_argument("file", type=Path)
    judged.add_argument("--task", choices=TASKS, required=True)
    judged.add_argument("--limit", type=int, help="only the first so many rows")
    judged.add_argument("--labels", type=int, nargs="+", help="learn from so many of the rows, measure on the others")
    judged.add_argument("--seed", type=int, default=7, help="which rows are learned from (7)")
    judged.set_defaults(run=evaluate_file)
    told = commands.add_parser("explain", help="say stage by stage what is read in a text")
    told.add_argument("text")
    told.set_defaults(run=explain_text)
    learned = commands.add_parser("train", help="learn from labels: a model folder for --model")
    learned.add_argument("labels", type=Path, help="JSONL or CSV with text and sentiment, needs, intent or label")
    learned.add_argument("--out", type=Path, required=True, help="the folder for the model")
    learned.add_argument("--task", choices=LEARNED, help="only this task (all, and for label what its values say)")
    learned.add_argument("--number", type=int, default=1, help="the N of its name, model vN (1)")
    learned.set_defaults(run=train_model)
    for command in (read, judged, told):
        command.add_argument("--model", type=Path, help="a folder made by train")
    return parser


def read_file(chosen: argparse.Namespace) -> int:
    """Write one reading for each good row, in order, and one report for each bad one."""
    bad_path: Path = chosen.bad or chosen.out.with_suffix(".bad.jsonl")
    bad: list[BadRow] = []
    places: list[tuple[int, str | None]] = []
    count = 0
    with chosen.out.open("w", encoding="utf-8") as out:
        readings = _reader(chosen).iter_readings(
            _good_texts(rows_of(chosen.file, chosen.text_column), bad, places), chosen.workers
        )
        for count, reading in enumerate(_progress(readings), start=1):
            line, key = places[count - 1]
            out.write(json.dumps({"line": line, "id": key, **reading.as_dict()}, ensure_ascii=False) + "\n")
    if bad:
        reports = (json.dumps({"line": row.line, "reason": row.reason}) for row in bad)
        bad_path.write_text("\n".join(reports) + "\n", encoding="utf-8")
    sys.stdout.write(f"{count} read, {len(bad)} bad{f', see {bad_path}' if bad else ''}\n")
    return 1 if bad else 0


def _good_texts(
    rows: Iterable[GoodRow | BadRow], bad: list[BadRow], places: list[tuple[int, str | None]]
) -> Iterator[str]:
    """The texts to read; bad rows and the places of the good ones are put aside on the way."""
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            key = row.fields.get("id")
            places.append((row.line, None if key is None else str(key)))
            yield row.text


def evaluate_file(chosen: argparse.Namespace) -> int:
    """Print the scores of the reader and of its baselines on a labelled JSONL file."""
    rows = [row.fields for row in rows_of(chosen.file, "text") if isinstance(row, GoodRow)][: chosen.limit]
    if chosen.labels:
        if chosen.model:
            raise ValueError("--labels makes models of its own: leave --model out")
        scores = learning_curve(chosen.task, rows, chosen.labels, Reader.default(), _progress, chosen.seed)
    else:
        scores = evaluate(chosen.task, rows, _reader(chosen), _progress)
    for score in scores:
        sys.stdout.write(_told(score) + "\n")
    for label, score_of in scores[-1 if chosen.labels else 0].labels.items():
        sys.stdout.write(
            f"  {label:<14} precision {score_of.precision:.3f}  recall {score_of.recall:.3f}"
            f"  F1 {score_of.f1:.3f}  of {score_of.support}\n"
        )
    return 0


def _told(score: Scores) -> str:
    parts = [f"{score.voice:<22} n {score.count:>6}  accuracy {score.accuracy:.3f}  macro-F1 {score.macro_f1:.3f}"]
    if score.calibration is not None:
        parts.append(f"ECE {score.calibration:.3f}")
    if score.sure_precision is not None:
        parts.append(f"at 0.8 {score.sure_precision:.3f} of {score.sure_share:.0%}")
    if score.abstained:
        parts.append(f"not sure {score.abstained:.1%}")
    if score.texts_per_second is not None:
        parts.append(f"{score.texts_per_second:.0f} texts/s of CPU")
    return "  ".join(parts)


def explain_text(chosen: argparse.Namespace) -> int:
    """Print what each stage makes of one text."""
    sys.stdout.write(_reader(chosen).explain(chosen.text).as_text() + "\n")
    return 0


def train_model(chosen: argparse.Namespace) -> int:
    """Learn from labels, save the model and print how it did on texts it was not shown, beside the cold reader."""
    cold = Reader.default()
    labels, bad = read_labels(chosen.labels, cold.need_keys, chosen.task)
    for row in bad[:_MOST_SHOWN]:
        sys.stderr.write(f"line {row.line}: {row.reason}\n")
    tasks = LEARNED if chosen.task is None else (chosen.task,)
    trained = train(labels, cold, number=chosen.number, tasks=tasks, progress=_say)
    for outcome in trained.outcomes:
        sys.stdout.write("\n".join(_outcome(outcome)) + "\n")
    save(trained.model, chosen.out)
    sys.stdout.write(
        f"{trained.model.version} in {chosen.out}: {', '.join(trained.model.tasks) or 'nothing learned'}\n"
    )
    sys.stdout.write(f"{len(labels)} labels, {len(bad)} bad rows, {trained.unread} in languages that are not read\n")
    return 1 if bad else 0


def _outcome(outcome: Outcome) -> list[str]:
    reasons = {
        "too_few": "too few labels: left to the cold reader",
        "one_label": "only one label: there is nothing to tell apart",
        "not_better": "no better than the cold reader: left to it",
    }
    lines = [f"{outcome.task}: {outcome.rows} labels; {reasons.get(outcome.reason or '', 'learned')}"]
    for voice, figures in (("cold", outcome.cold), ("model, out of fold", outcome.model)):
        if figures is not None:
            error = "" if figures.calibration is None else f"  ECE {figures.calibration:.3f}"
            sure = "" if figures.sure_precision is None else f"  at 0.8 {figures.sure_precision:.3f}"
            lines.append(
                f"  {voice:<20} accuracy {figures.accuracy:.3f}  macro-F1 {figures.macro_f1:.3f}{error}{sure}"
                f" of {figures.sure_share:.0%}  not sure {figures.abstained:.1%}"
            )
    return lines


def _reader(chosen: argparse.Namespace) -> Reader:
    return Reader.default() if chosen.model is None else Reader.load(chosen.model)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def _progress(items: Iterable[Any]) -> Iterable[Any]:
    shown: Iterable[Any] = tqdm(items, unit=" texts", file=sys.stderr)
    return shown


if __name__ == "__main__":
    sys.exit(main())
