"""How we have treated somebody, as that person reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.treatment import TrustIndex

CONDUCT = {
    "complaint_in_time": _l("We answered your complaint in time."),
    "complaint_late": _l("We answered your complaint late: it took us more than 15 business days."),
    "complaint_unanswered": _l("Your complaint has waited for more than 15 business days, and we have not answered."),
    "answer_given": _l("You wrote, and we answered within 5 business days."),
    "answer_late": _l("You wrote, and our answer took more than 5 business days."),
    "answer_owed": _l("You wrote more than 5 business days ago, and we still owe you an answer."),
    "promise_kept": _l("We kept a promise by its day."),
    "promise_late": _l("We kept a promise, but after its day."),
    "promise_broken": _l("We broke a promise."),
    "promise_overdue": _l("The day of a promise has gone by, and we have not kept it."),
    "made_good": _l("We gave you something back because we had let you down."),
    "contact_after_no": _l("We wrote to you after you had said no."),
    "over_budget": _l("We wrote to you more often in a week than the limit you set."),
    "spam_reported": _l("You reported a message of ours as spam: it should not have reached you."),
    "correction_honoured": _l("You corrected what we had read in your words, and we took your word for it."),
    "rights_in_time": _l("You used a right over your data, and we settled it by its day."),
    "rights_late": _l("You used a right over your data, and we settled it late."),
    "rights_overdue": _l("You used a right over your data, and its day has gone by without us settling it."),
}
STANDINGS = (
    (800, _l("We have treated you as you may expect, as far as we can tell."), "good"),
    (600, _l("Nothing much stands against us, and we have not done much to earn your trust either."), "note"),
    (400, _l("We have let you down in places."), "wait"),
    (0, _l("We have let you down."), "bad"),
)


@dataclass(frozen=True)
class Line:
    """One part of the index: what we did, when, what it counts now, and how that fades."""

    sentence: str
    at: datetime
    now: str
    fades: str
    good: bool
    href: str | None


def standing(found: TrustIndex) -> tuple[str, str]:
    """Where we stand with this person in one sentence, and the hue it has."""
    sentence, hue = next((sentence, hue) for least, sentence, hue in STANDINGS if found.value >= least)
    return str(sentence), hue


def figure(thousandths: int) -> str:
    """An index as it is read, such as 0.62."""
    return str(format_decimal(thousandths / 1000, format="0.00"))


def signed(thousandths: int) -> str:
    """What one part counts, such as +0.06 or −0.15; never rounded to nothing."""
    places = "0.00" if abs(thousandths) >= 5 else "0.000"
    return ("+" if thousandths > 0 else "−") + str(format_decimal(abs(thousandths) / 1000, format=places))


def lines(found: TrustIndex) -> list[Line]:
    """The parts of the index, the newest first."""
    return [_line(part) for part in found.components]


def _line(part: Mapping[str, Any]) -> Line:
    if part["half_life"]:
        fades = _(
            "it began as %(weight)s and halves every %(days)d days",
            weight=signed(part["weight"]),
            days=part["half_life"],
        )
    else:
        fades = _("for as long as it lasts")
    at = datetime.fromisoformat(part["at"])
    return Line(str(CONDUCT[part["kind"]]), at, signed(part["worth"]), fades, part["worth"] > 0, _address(part["ref"]))


def _address(ref: str) -> str | None:
    """The page of what a part is about; None where it has none of its own."""
    if ref.startswith("T-"):
        return url_for("customer.conversation", ref=ref)
    return url_for("customer.why_decision", ref=ref) if ref.startswith("D-") else None
