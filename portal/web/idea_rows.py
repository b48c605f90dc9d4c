"""The rows of a list of ideas, put together from kept pieces: a list shows many of them, and most readers the same."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from portal.ideas import Listed
from portal.web import pieces

TEMPLATE = "open/ideas/_row.html"
NO_ANSWER = (None, None, None)


def idea_rows(rows: Iterable[Listed], role: str | None, before: Markup, after: Markup) -> Markup:
    """One row for each idea, as somebody who is here as `role` sees them.

    :param before: what a customer's form says of who sends it, up to the address they come back to; the ref of the idea
        ends that address.
    :param after: what stands after the ref.
    """
    piece, votes = pieces.of_this_page(), role == "customer"
    found: list[str] = []
    for one in rows:
        idea = one.idea
        found.append(piece(TEMPLATE, "opening", idea.ref, votes))
        if votes:
            found += (before, escape(idea.ref), after)
        found.append(
            piece(
                TEMPLATE, "rest", idea.ref, role, idea.version, idea.votes, idea.title, one.my_strength, idea.status,
                idea.board, idea.comments, idea.created_at, *(one.answer or NO_ANSWER),
            )
        )  # fmt: skip
        found.append("\n\n")
    return Markup("".join(found))  # noqa: S704  each part is one already, and the last of each row a blank line
