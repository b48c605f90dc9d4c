"""What the gate, the models and their figures say, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import needs
from portal.web import need_words
from portal.web.language import day as written_day

STATES = {
    "shadow": (_l("reads along"), "note"),
    "live": (_l("reads now"), "good"),
    "retired": (_l("set aside"), ""),
    "refused": (_l("refused"), "bad"),
}
TASKS = {"sentiment": _l("Feelings"), "needs": _l("Needs"), "intent": _l("What is wanted")}
READERS = {"rules": _l("The rules alone"), "champion": _l("What read then"), "model": _l("This model")}
LEFT_OUT = {
    "too_few": _l("not learned: fewer than 20 labels"),
    "one_label": _l("not learned: all labels are the same"),
    "not_better": _l("not learned: it would be no better than the rules"),
}
CRITERIA = {
    "enough_items": _l("There are enough texts to measure on"),
    "gain": _l("It reads better than what reads now"),
    "gain_lower_bound": _l("It is not worse even when chance is against it"),
    "label_recall": _l("Nothing is overlooked more often"),
    "safety_recall": _l("Danger is overlooked no more often"),
    "calibration": _l("It is as sure as it is right"),
    "language": _l("No language is read worse"),
    "segment": _l("No source of messages is read worse"),
    "flips": _l("Few texts are read otherwise, or somebody looked"),
    "behaviour": _l("The plain cases are still read right"),
}
WANTED = {
    "enough_items": _l("at least %(wanted)s texts"),
    "gain": _l("more than %(wanted)s points"),
    "gain_lower_bound": _l("more than %(wanted)s points"),
    "label_recall": _l("at most %(wanted)s points lost"),
    "safety_recall": _l("at most %(wanted)s points lost"),
    "calibration": _l("off by at most %(wanted)s points"),
    "language": _l("at most %(wanted)s points lost"),
    "segment": _l("at most %(wanted)s points lost"),
    "flips": _l("at most %(wanted)s %%"),
    "behaviour": _l("at least %(wanted)s %%"),
}
FOUND = {
    "enough_items": _l("%(found)s texts"),
    "flips": _l("%(found)s %%"),
    "behaviour": _l("%(found)s %%"),
    "calibration": _l("off by %(found)s points"),
}
LOSSES = frozenset({"label_recall", "safety_recall", "language", "segment"})
"""Criteria whose figure is what is lost; below nothing it was won."""
HUNDREDTHS = frozenset({"calibration"})
"""Criteria whose figure goes from 0 to 1; people read points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as a row: what is asked for, what was wanted and found, and whose figure it is."""

    text: str
    passed: bool
    wanted: str
    found: str


def lines(verdict: Mapping[str, Any]) -> list[Line]:
    """A stored verdict, criterion by criterion."""
    return [_line(one) for one in verdict["criteria"]]


def _line(criterion: Mapping[str, Any]) -> Line:
    code = criterion["code"]
    return Line(
        text=str(CRITERIA[code]),
        passed=criterion["passed"],
        wanted=_filled(WANTED[code], wanted=_figure(code, criterion["threshold"])),
        found=_found(criterion),
    )


def _found(criterion: Mapping[str, Any]) -> str:
    code, figure = criterion["code"], criterion["figure"]
    if figure is None:
        return str(_("too few of each to tell"))
    if code == "safety_recall" and not criterion["params"].get("items"):
        return str(_("no such text among them"))
    if code in LOSSES and figure <= 0:
        return str(_("nothing lost"))
    text = _filled(FOUND.get(code, _l("%(found)s points")), found=_figure(code, figure))
    named = criterion["params"].get("name")
    return f"{text} ({_name(code, named)})" if named else text


def _figure(code: str, figure: float) -> str:
    return number(figure * 100 if code in HUNDREDTHS else figure)


def _filled(text: Any, **values: str) -> str:
    return str(text) % values


def _name(code: str, key: str) -> str:
    if code == "language":
        return language(key)
    if code == "segment":
        return str(SOURCES.get(key, key))
    return label(key)


SOURCES = {"portal": _l("written here"), "import": _l("brought in")}


def label(key: str) -> str:
    """A need, a feeling or an intent by its key, in words."""
    for known in (need_words.SENTIMENTS, need_words.INTENTS):
        if key in known:
            return str(known[key])
    return need_words.need(key)


def language(code: str) -> str:
    """A language by its code, in words."""
    return str(_(needs.language_name(code)))


def number(value: float) -> str:
    """A figure with at most one decimal place, as the reader of the page writes it."""
    return str(format_decimal(round(value, 1)))


def day(iso: str) -> str:
    """A day as the reader of the page writes it."""
    return written_day(date.fromisoformat(iso))


def percent(share: float | None) -> str:
    """A share of 0…1 in per cent; a dash when there is none."""
    return "–" if share is None else number(share * 100)


def reader(version: str) -> str:
    """The version that stands on every tag, without the parts people do not ask for."""
    parts = [part.strip() for part in version.split(";")]
    return " · ".join(part for part in parts if not part.startswith("sentiment"))
