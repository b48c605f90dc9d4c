"""Reads the written conversations of the demo company. Pure: text in, values out.

Conversations are parted by one blank line. Each line is one turn: `> ` the customer, `< ` the team, `<7 ` the team
with a promise due in seven days, `! ` a note only the team sees. In the file of the cast, `@ada` opens
a person's section and `# days=9` says how many days ago the conversation below it was opened. A line that begins with
`= ` says how a careful person hears the turn above it: `= negative, unmet cost, complaint, no fraud`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from portal.needs import Heard

FOLDER = Path(__file__).parent / "talks"
TURN = re.compile(r"(?P<side>[><!])(?P<days>\d{0,3}) (?P<text>.+)")
DAYS = re.compile(r"# days=(\d+)")
SIDES = {">": "customer", "<": "team", "!": "note"}
HEARD = "= "


@dataclass(frozen=True)
class Turn:
    """One line of a conversation; `promise_days` is set when the team promised something, in days from the answer."""

    side: str
    text: str
    promise_days: int | None = None
    heard: Heard | None = None


@dataclass(frozen=True)
class Talk:
    """One written conversation.

    `key` is its file and number. `person` and `days_ago` are set for the cast only.
    """

    key: str
    theme: str
    language: str
    turns: tuple[Turn, ...]
    person: str | None = None
    days_ago: int | None = None


def parse_turn(line: str) -> Turn:
    """One line as a turn.

    :raises ValueError: when the line is none, or when somebody else than the team promises something.
    """
    match = TURN.fullmatch(line)
    if match is None or (match["days"] and match["side"] != "<"):
        raise ValueError(f"This is no turn of a conversation: {line!r}")
    return Turn(SIDES[match["side"]], match["text"].strip(), int(match["days"]) if match["days"] else None)


def parse_heard(line: str) -> Heard:
    """What stands after `= `: a feeling, then needs with how they stand, intents and false alarms."""
    sentiment, *others = line.split(", ")
    pairs = [other.split(" ", 1) for other in others if " " in other]
    return Heard(
        sentiment,
        {need: state for state, need in pairs if state != "no"},
        frozenset(other for other in others if " " not in other),
        frozenset(danger for word, danger in pairs if word == "no"),
    )


def _turns(lines: Sequence[str]) -> Iterator[Turn]:
    """The turns of a conversation, each with how it is heard when that stands below it."""
    below = [*lines[1:], ""]
    for line, after in zip(lines, below, strict=True):
        if not line.startswith(HEARD):
            heard = parse_heard(after.removeprefix(HEARD)) if after.startswith(HEARD) else None
            yield replace(parse_turn(line), heard=heard)


def parse(text: str, theme: str, language: str) -> list[Talk]:
    """All conversations of one file, in order.

    :raises ValueError: when a line is not understood or a conversation does not begin with its customer.
    """
    talks: list[Talk] = []
    person: str | None = None
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.rstrip() for line in block.splitlines() if line.strip()]
        if lines and lines[0].startswith("@"):
            person = lines.pop(0)[1:]
        days = DAYS.fullmatch(lines[0]) if lines else None
        turns = tuple(_turns(lines[1 if days else 0 :]))
        if not turns:
            continue
        if turns[0].side != "customer":
            raise ValueError(f"{theme}: a conversation must begin with its customer: {turns[0].text!r}")
        key = f"{theme}-{len(talks) + 1:03}"
        talks.append(Talk(key, theme, language, turns, person, int(days[1]) if days else None))
    return talks


def all_talks() -> list[Talk]:
    """Every written conversation, in a stable order."""
    talks: list[Talk] = []
    for path in sorted(FOLDER.glob("*.txt")):
        theme, language = path.stem.split(".")
        talks += parse(path.read_text(encoding="utf-8"), theme, language)
    return talks


@cache
def heard_texts() -> dict[str, Heard]:
    """Every text of which it is written how a careful person hears it."""
    return {turn.text: turn.heard for talk in all_talks() for turn in talk.turns if turn.heard is not None}
