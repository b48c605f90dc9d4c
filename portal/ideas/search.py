"""Search in ideas: one interface, SQLite FTS5 or PostgreSQL tsvector behind it (made by migration 0002).

Both search `ideas.folded`, the tokens made by `rules.tokens`, so that accents and languages behave alike on both.
Nothing a person types reaches the query language: only letters and digits are left, and each token is quoted.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from portal.ideas.models import Idea
from portal.ideas.rules import QUERY_TOKENS, tokens

_FTS = sa.table("idea_search", sa.column("rowid"), sa.column("idea_search"))


def matching(session: Session, typed: str) -> sa.ColumnElement[bool]:
    """The condition that an idea holds every word of `typed`, each matched by its beginning.

    Text without a single letter or digit matches nothing.
    """
    words = tokens(typed)[:QUERY_TOKENS]
    if not words:
        return sa.false()
    if session.get_bind().dialect.name == "sqlite":
        query = " AND ".join(f'"{word}"*' for word in words)
        return Idea.id.in_(sa.select(_FTS.c.rowid).where(_FTS.c.idea_search.op("MATCH", is_comparison=True)(query)))
    query = " & ".join(f"'{word}':*" for word in words)
    pieces = sa.func.array_to_tsvector(sa.func.string_to_array(Idea.folded, sa.literal_column("' '")))
    return pieces.op("@@", is_comparison=True)(sa.cast(query, TSQUERY))
