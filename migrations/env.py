"""How alembic meets our database: inside the one transaction that portal.migrate opened."""

from typing import Any, Literal

from alembic import context

from portal.db import UtcDateTime
from portal.migrate import described
from portal.tables import metadata


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Our own types are written as plain ones, so that migrations never import the portal."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(_context: Any, _column: Any, _metadata_column: Any, _inspected: Any, wanted: Any) -> bool | None:
    """Our instants are a plain timestamp in the database."""
    return False if isinstance(wanted, UtcDateTime) else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    include_name=described,
    compare_type=compare_type,
    render_as_batch=False,
    transaction_per_migration=False,
)
context.run_migrations()
