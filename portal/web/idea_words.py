"""What statuses, strengths and orders of ideas are called on the pages of customers and of the team."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import ideas

STATUSES = {
    "open": (_l("Open"), ""),
    "considering": (_l("Being looked at"), "note"),
    "planned": (_l("Planned"), "wait"),
    "started": (_l("Being built"), "wait"),
    "shipped": (_l("Done"), "good"),
    "declined": (_l("Not now"), "bad"),
    "hidden": (_l("Hidden"), "bad"),
}
STRENGTHS = {
    "nice": _l("Nice to have"),
    "important": _l("Important"),
    "critical": _l("Critical"),
}
SORTS = {
    "trending": _l("Rising"),
    "new": _l("New"),
    "top": _l("Most backed"),
    "answered": _l("Answered"),
}
OUTCOMES = {
    "shipped": _l("Done"),
    "planned": _l("Planned"),
    "declined": _l("Not now"),
}


def status_options(*, hidden: bool = False) -> list[tuple[str, str]]:
    """The statuses for a filter; hidden ones are a state only the team filters by."""
    shown = [(status, str(label)) for status, (label, _kind) in STATUSES.items() if hidden or status != "hidden"]
    return [("", _("Any status")), *shown]


def board_options(boards: list[str]) -> list[tuple[str, str]]:
    """The boards for a filter."""
    return [("", _("Everything")), *((board, board) for board in boards)]


def explained(sort: str) -> str:
    """In one sentence, how a list is sorted; the numbers are those the sorting uses."""
    sentences = {
        "new": _l("Newest first."),
        "top": _l("Most votes first, whenever they were given."),
        "answered": _l("Only ideas with an official answer, the newest answer first."),
    }
    if sort in sentences:
        return str(sentences[sort])
    formula = _(
        "Points, highest first: a vote is worth %(vote)s on its day, a comment %(comment)s, the proposal itself "
        "%(proposal)s, and all of them half as much every %(days)d days later.",
        vote=f"{ideas.POINTS['vote']:g}",
        comment=f"{ideas.POINTS['comment']:g}",
        proposal=f"{ideas.POINTS['proposal']:g}",
        days=ideas.HALF_LIFE.days,
    )
    return str(formula)
