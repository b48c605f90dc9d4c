"""Which products a complaint is about, in words: what a person here said, else what its words speak of."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal import treatment
from portal.conversations import Conversation
from portal.web.margin import Letter
from portal.web.mark_words import PRODUCTS

FROM_WORDS, ALL = "words", "all"


@dataclass(frozen=True)
class Complaint:
    """What a complaint is about: `chosen` of the choices, and which offers stay off because of it."""

    chosen: str
    sentence: str
    choices: list[tuple[str, str]]


def about(opened: Conversation, letters: Sequence[Letter]) -> Complaint | None:
    """What this conversation is about as a complaint; None when nothing in it complains."""
    tags = [note.tag for letter in letters for note in letter.notes]
    if not any(tag.kind == "intent" and tag.value == "complaint" and tag.review != "rejected" for tag in tags):
        return None
    spoken = _spoken_of(letters)
    said = opened.product_line
    lines = spoken if said is None else [said] if said else []
    if lines:
        text = _(
            "About %(products)s: such offers, and whatever is new to them, stay off until it is answered and for a "
            "while after.",
            products=_named(lines),
        )
    else:
        text = _("About everything: every offer stays off until it is answered and for a while after.")
    choices = [
        (FROM_WORDS, str(_("what its words speak of: %(products)s", products=_named(spoken) or _("nothing we sell")))),
        (ALL, str(_("everything"))),
    ]
    chosen = FROM_WORDS if said is None else said or ALL
    return Complaint(chosen, str(text), [*choices, *((key, str(PRODUCTS[key])) for key in treatment.PRODUCT_LINES)])


def _spoken_of(letters: Sequence[Letter]) -> list[str]:
    found = {
        one["aspect"]
        for letter in letters
        if letter.reading is not None
        for one in letter.reading.aspects
        if one.get("kind") == "product"
    }
    return sorted(found & set(treatment.PRODUCT_LINES))


def _named(lines: Sequence[str]) -> str:
    return ", ".join(str(PRODUCTS[line]) for line in lines)
