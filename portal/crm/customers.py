"""Customers from a file of the company's own systems."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db
from portal.accounts.models import Customer
from portal.crm.actions import Value, add_holding, set_attribute
from portal.crm.importing import Clock, Good, Progress, Taken, bring_in
from portal.crm.models import ImportRun
from portal.crm.rows import Row, columns_in
from portal.crm.schemas import ATTRIBUTE, COLUMNS, CustomerRow
from portal.errors import Invalid
from portal.sentences import Sentence
from portal.settings import Settings, secret_of


def import_customers(
    engine: Engine,
    path: Path,
    *,
    settings: Settings,
    clock: Clock,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Bring in who the customers are; the same file twice changes nothing.

    Columns: `external_ref` and `name`, and if known `email`, `language`, `time_zone`, `country`, `since`, `products`
    (separated by `;`) and facts in columns called `attribute.SOMETHING`. Somebody already there stays as they are,
    except that facts are brought up to date. Consent is never imported here: absence is not consent. Whoever was erased
    before under the same address or number comes back with a no to everything we ask for.

    :raises Invalid: when the file is of an unknown kind or has a column that is not one of these.
    """
    there = columns_in(path)
    odd = [name for name in there if name not in COLUMNS and not name.startswith(ATTRIBUTE)]
    if odd:
        raise Invalid(
            Sentence(
                "“%(name)s” has a column “%(odd)s” that means nothing here. Known are %(columns)s, and "
                "%(attribute)sSOMETHING for facts of your own.",
                name=path.name, odd=odd[0], columns=", ".join(COLUMNS), attribute=ATTRIBUTE,
            ),
            code="no-such-column",
        )  # fmt: skip
    reports = Path(settings.instance) / "reports"
    return bring_in(
        engine,
        path,
        _Customers(secret_of(settings)),
        kind="customers",
        reports=reports,
        dry_run=dry_run,
        clock=clock,
        progress=progress,
    )


class _Customers:
    """Turns rows into customers, their products and facts."""

    schema = CustomerRow()

    def __init__(self, key: str) -> None:
        self.key = key

    def cells(self, row: Row) -> dict[str, Any]:
        given = {name: value for name, value in row.cells.items() if value not in (None, "")}
        found: dict[str, Any] = {name: given[name] for name in COLUMNS if name in given}
        if isinstance(found.get("products"), str):
            found["products"] = [part.strip() for part in found["products"].split(";") if part.strip()]
        if isinstance(found.get("external_ref"), int):
            found["external_ref"] = str(found["external_ref"])
        facts = {
            name.removeprefix(ATTRIBUTE): str(value) for name, value in given.items() if name.startswith(ATTRIBUTE)
        }
        return {**found, "attributes": facts} if facts else found

    def plainly(self, _cells: dict[str, Any]) -> dict[str, Any] | None:
        return None

    def take(self, session: Session, rows: list[Good], now: datetime, *, dry_run: bool) -> Taken:
        taken = Taken()
        by_ref: dict[str, Good] = {}
        for row in rows:
            if row.values["external_ref"] in by_ref:
                taken.refused.append((row.line, "external_ref: a second time in this file"))
            else:
                by_ref[row.values["external_ref"]] = row
        before = _ids(session, list(by_ref))
        fresh = {ref: row for ref, row in by_ref.items() if ref not in before}
        taken.already_there = len(by_ref) - len(fresh)
        fresh = _without_taken_addresses(session, fresh, taken)
        if dry_run:
            taken.added = len(fresh)
            return taken
        ids = db.insert_new(session, Customer, [_customer(row.values, now) for row in fresh.values()])
        taken.added = len(ids)
        newcomers = session.scalars(sa.select(Customer).where(Customer.id.in_(ids)))
        consent.keep_denied(session, newcomers, key=self.key, now=now)
        _know(session, by_ref, now)
        return taken


def _ids(session: Session, refs: list[str], *, erased: bool = True) -> dict[str, int]:
    found = sa.select(Customer.external_ref, Customer.id).where(Customer.external_ref.in_(refs))
    if not erased:
        found = found.where(Customer.erased_at.is_(None))
    return {ref: customer_id for ref, customer_id in session.execute(found) if ref is not None}


def _without_taken_addresses(session: Session, rows: dict[str, Good], taken: Taken) -> dict[str, Good]:
    """Refuse rows whose address is somebody else's; an address belongs to one customer."""
    wanted = [row.values["email"] for row in rows.values() if "email" in row.values]
    used = set(session.scalars(sa.select(Customer.email).where(Customer.email.in_(wanted))))
    kept: dict[str, Good] = {}
    for ref, row in rows.items():
        email = row.values.get("email")
        if email is not None and email in used:
            taken.refused.append((row.line, "email: belongs to another customer"))
            continue
        used.add(email)
        kept[ref] = row
    return kept


def _customer(values: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "ref": db.random_ref("C"), "external_ref": values["external_ref"], "name": values["name"],
        "email": values.get("email"), "language": values.get("language", "en"), "time_zone": values.get("time_zone"),
        "country": values.get("country"), "since": values.get("since"), "created_at": now,
    }  # fmt: skip


def _know(session: Session, by_ref: dict[str, Good], now: datetime) -> None:
    """Put down products and facts of everybody in the batch; nothing new of those who were erased."""
    told = {ref: row for ref, row in by_ref.items() if row.values.keys() & {"products", "attributes"}}
    for ref, customer_id in _ids(session, list(told), erased=False).items():
        values = told[ref].values
        for product in values.get("products", ()):
            add_holding(session, customer_id, product, since=values.get("since") or now.date(), now=now)
        for key, value in values.get("attributes", {}).items():
            set_attribute(session, customer_id, key, typed(value), now)


def typed(text: str) -> Value:
    """A cell as a whole number, a day, or the text it is."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits.isascii() and digits.isdigit() and len(digits) <= 15 and (digits == "0" or not digits.startswith("0")):
        return sign * int(digits)
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text
