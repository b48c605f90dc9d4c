"""The cast, as rows: Ada, Ben and Cleo are customers."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from portal.accounts.models import Customer

JOINED = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)


def customer(session: Session, name: str = "Ada", **values: object) -> Customer:
    """A customer with a verified address at example.org, in London unless said otherwise."""
    given: dict[str, object] = {
        "ref": f"C-{name.upper()}",
        "name": name,
        "email": f"{name.lower()}@example.org",
        "email_verified_at": JOINED,
        "time_zone": "Europe/London",
        "since": date(2024, 1, 15),
        "created_at": JOINED,
    }
    made = Customer(**{**given, **values})
    session.add(made)
    session.flush()
    return made
