"""The one door through which anybody gives, withdraws or objects, and what follows from it in the same transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import accounts, consent, live, needs, segments
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import ANY, Cell, ConsentEntry, NewEntry, Purpose, Receipt
from portal.errors import NotFound
from portal.privacy.queries import first_words_at
from portal.privacy.rules import CellChange, act_to_undo, actions_for

NEEDS = "needs"
EVERYTHING = "Everything"
"""How a receipt calls what is about no single purpose."""
RENEWABLE = timedelta(days=30)
"""How long before its end a yes can be said again, so that it goes on."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a change comes about: by whom, by which way, and with what proof."""

    actor: Actor
    method: str
    evidence: str | None = None
    grade: str | None = None
    said_at: datetime | None = None
    authority: str = "self"


def change_consent(
    session: Session,
    customer: Customer,
    changes: list[CellChange],
    *,
    actor: Actor,
    method: str,
    expected_seq: int | None,
    now: datetime,
    earlier_words: bool = False,
    evidence: str | None = None,
    grade: str | None = None,
    said_at: datetime | None = None,
    authority: str = "self",
    submission_key: str = "",
    undoes: str | None = None,
) -> Receipt:
    """Write the touched cells to the ledger and let it take effect at once: signals, memberships, open pages.

    :param actor: who acts; a team member who gives must name `evidence`.
    :param method: such as `web_form`, `one_click`, `phone`, `branch`, `letter`.
    :param expected_seq: ledger position the person saw; None when they saw none (a call, a letter).
    :param earlier_words: whether words from before this moment may be used too; for `needs`.
    :param grade: how well it is proved, for what was not said here; a yes of grade C is written down as unproven.
    :param said_at: when it was said, if not now; by a method that is trusted with the past.
    :param authority: who may say so: `self`, or `guardian`.
    :param submission_key: the same key again gives the same receipt and changes nothing.
    :raises Conflict: code `stale`, with what changed.
    """
    accounts.lock_customer(session, customer.id)
    manner = Manner(actor=actor, method=method, evidence=evidence, grade=grade, said_at=said_at, authority=authority)
    done = _already_done(session, customer, submission_key)
    if done is not None:
        return done
    allowed = bool(consent.allows(session, customer.id, NEEDS, now=now))
    entries: list[tuple[ConsentEntry, Cell | None]] = []
    for change in changes:
        entries += _apply(session, customer, change, manner, expected_seq, earlier_words, now)
        expected_seq = None if entries else expected_seq
    terms = {"undoes": undoes, "earlier_words": earlier_words, "method": method}
    effect = _take_effect(session, customer, allowed, earlier_words=earlier_words, now=now)
    return _issue(session, customer, entries, {**effect, **terms}, submission_key, now)


def withdraw_all(
    session: Session,
    customer: Customer,
    *,
    actor: Actor,
    method: str,
    expected_seq: int | None,
    now: datetime,
    submission_key: str = "",
) -> Receipt:
    """Withdraw every consent that is in force, in one act. What was never given stays as it is.

    :raises Conflict: code `stale`, with what changed.
    """
    accounts.lock_customer(session, customer.id)
    given = [key for key, cell in sorted(consent.cells_of(session, customer.id).items()) if cell.state == "granted"]
    return change_consent(
        session,
        customer,
        [
            CellChange(purpose=purpose, channel=channel, topic=topic, act="withdraw")
            for purpose, channel, topic in given
        ],
        actor=actor,
        method=method,
        expected_seq=expected_seq,
        now=now,
        submission_key=submission_key,
    )


def undo(
    session: Session, customer: Customer, receipt: Receipt, now: datetime, *, actor: Actor, method: str = "web_form"
) -> Receipt:
    """Bring the cells of a receipt back to what they were, as long as nothing happened since.

    Done twice, it gives the same receipt.

    :raises Conflict: code `stale`, when something newer was said.
    :raises NotFound: when the receipt is another customer's or not about consent.
    """
    if receipt.customer_id != customer.id or receipt.kind != "consent" or receipt.body.get("derived"):
        raise NotFound("There is no receipt with this code.")
    firsts: dict[tuple[str, str, str], dict[str, Any]] = {}
    for change in receipt.body["changes"]:
        firsts.setdefault((change["purpose"], change["channel"], change["topic"]), change)
    changes = [
        CellChange(purpose=purpose, channel=channel, topic=topic, act=act_to_undo(change["was"], stop=purpose == ANY))
        for (purpose, channel, topic), change in firsts.items()
    ]
    return change_consent(
        session,
        customer,
        changes,
        actor=actor,
        method=method,
        expected_seq=receipt.body["ledger_seq"],
        now=now,
        earlier_words=_words_as_before(session, customer, firsts.get((NEEDS, "*", "*"))),
        submission_key=f"undo:{receipt.code}",
        undoes=receipt.code,
    )


def _apply(
    session: Session,
    customer: Customer,
    change: CellChange,
    manner: Manner,
    expected_seq: int | None,
    earlier_words: bool,
    now: datetime,
) -> list[tuple[ConsentEntry, Cell | None]]:
    """The entries one touched cell makes, each with the cell as it was before."""
    cell = consent.cells_of(session, customer.id).get((change.purpose, change.channel, change.topic))
    notice = consent.notice_in_force(session, change.purpose, customer.language, now=manner.said_at or now)
    seen = change.notice_id or (notice.id if notice else None)
    version = consent.notice_by_id(session, seen).version if seen else None
    new_words = cell is not None and _says_more(session, cell, version, manner, earlier_words, now)
    grade = manner.grade if seen or manner.said_at is None else "C"  # nobody knows to what they would have said yes
    entries: list[tuple[ConsentEntry, Cell | None]] = []
    for action in actions_for(
        change.act, cell.state if cell else None, new_words=new_words, stop=change.purpose == ANY
    ):
        flag = grade == "C" and action in consent.AFFIRMATIVE
        new = NewEntry(
            purpose=change.purpose,
            channel=change.channel,
            topic=change.topic,
            action="imported" if flag else action,
            expected_seq=None if entries else expected_seq,
            notice_id=seen,
            language=customer.language,
            earlier_words=earlier_words and change.purpose == NEEDS,
            actor_type=manner.actor.type,
            actor=manner.actor.name,
            method=manner.method,
            evidence=manner.evidence,
            grade=grade if flag or manner.grade else None,
            occurred_at=manner.said_at,
            authority=manner.authority,
        )
        row = consent.record(session, customer, new, now=now)
        entries.append((row, cell))
    return entries


def _says_more(
    session: Session, cell: Cell, version: int | None, manner: Manner, earlier_words: bool, now: datetime
) -> bool:
    """Whether a yes said again says more than the one that stands; one from before that one does not."""
    stands = session.get(ConsentEntry, cell.entry_id)
    if manner.said_at is not None and stands is not None and manner.said_at < stands.occurred_at:
        return not cell.in_force(now)
    return _adds(cell, version, earlier_words, now) or _others(session, cell, manner.authority)


def _adds(cell: Cell, version: int | None, earlier_words: bool, now: datetime) -> bool:
    """Whether a yes said again says more than the one that stands: longer, to other words, or of earlier ones."""
    ends_soon = not cell.in_force(now + RENEWABLE)
    return ends_soon or cell.notice_version != version or (earlier_words and not cell.earlier_words)


def _others(session: Session, cell: Cell, authority: str) -> bool:
    """Whether a guardian says yes where somebody else had."""
    said = session.get(ConsentEntry, cell.entry_id) if authority != "self" else None
    return said is not None and said.authority != authority


def _already_done(session: Session, customer: Customer, key: str) -> Receipt | None:
    return consent.receipt_by_key(session, f"{customer.ref}:{key}") if key else None


def _take_effect(
    session: Session, customer: Customer, allowed: bool, *, earlier_words: bool, now: datetime
) -> dict[str, int]:
    """End or rest signals when the permission for `needs` changed, and place the customer anew."""
    permission = consent.allows(session, customer.id, NEEDS, now=now)
    ended = rested = 0
    if allowed and not permission:
        ended = needs.end_signals(session, customer.id, cause="consent", now=now)
    elif permission and (not allowed or permission.earlier_words):
        rested = needs.rest_signals(session, customer.id, now=now, earlier_words=earlier_words)
    if bool(permission) != allowed or rested:
        segments.place_customer(session, customer.id, cause="consent", now=now)
    return {"signals_ended": ended, "signals_rested": rested}


def _issue(
    session: Session,
    customer: Customer,
    entries: list[tuple[ConsentEntry, Cell | None]],
    terms: dict[str, Any],
    submission_key: str,
    now: datetime,
) -> Receipt:
    """The receipt of these entries, and a word to the customer's open pages."""
    lines = [receipt_line(session, *entry) for entry in entries]
    receipt = consent.issue_receipt(
        session,
        kind="consent",
        subject=customer.ref,
        body={"changes": lines, "ledger_seq": consent.head(session, customer.id), **terms},
        customer_id=customer.id,
        submission_key=f"{customer.ref}:{submission_key}" if submission_key else None,
        now=now,
    )
    told = {"receipt": receipt.code, "purposes": sorted({row.purpose for row, _was in entries})}
    live.tell(session, customer.id, "consent-changed", told, now)
    return receipt


def _words_as_before(session: Session, customer: Customer, change: dict[str, Any] | None) -> bool:
    """Whether undoing may use earlier words again without using any that the consent before did not cover."""
    if change is None or change["was"] != "granted":
        return False
    if change["was_earlier_words"]:
        return True
    first = first_words_at(session, customer.id)
    return first is not None and first >= datetime.fromisoformat(change["was_since"])


def receipt_line(session: Session, row: ConsentEntry, was: Cell | None) -> dict[str, Any]:
    """One entry as its receipt shows it."""
    purpose = session.get(Purpose, row.purpose)
    words = None if row.scope else consent.notice_in_force(session, row.purpose, now=row.occurred_at)
    named = {"data_used": words.data_used, "recipients": words.recipients} if words else row.scope
    return {
        **consent.terms_of(purpose, named),
        "purpose": row.purpose,
        "sentence": purpose.sentence if purpose else EVERYTHING,
        "channel": row.channel,
        "topic": row.topic,
        "action": row.action,
        "was": was.state if was else None,
        "was_since": was.since.isoformat() if was else None,
        "was_earlier_words": bool(was and was.earlier_words),
        "seq": row.seq,
        "event_id": row.event_id,
        "entry_hash": row.entry_hash,
        "notice_version": row.notice_version,
        "notice_sha256": row.notice_sha256,
        "language": row.language,
        "recorded_at": row.recorded_at.isoformat(),
        **({"grade": row.grade, "said_at": row.occurred_at.isoformat()} if row.grade else {}),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }
