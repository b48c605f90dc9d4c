"""What becomes of every table about a customer when they are erased: data, so that a test can find one left out.

Order does not matter here: rows go before the rows they point to.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.sentences import Sentence

DELETE, BLANK, KEEP = "delete", "blank", "keep"


@dataclass(frozen=True)
class Fate:
    """What becomes of the rows of one table.

    :param act: `delete`; `blank`: the row stays without anything personal; `keep`.
    :param part: which legal hold keeps it: `words`, `contacts`, `entitlements`, `identity`; empty when none can.
    :param why: why something of it stays, for the certificate.
    :param values: what blank rows are set to.
    :param apart: blanked by the capability it belongs to, as it needs more than setting values.
    """

    act: str
    part: str = ""
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    apart: bool = False


CHAIN = Sentence("The ledger proves what was allowed and when. Its entries name nobody any more; proof is taken out.")
COUNTED = Sentence("That a decision was made, when and by which rule, stays in its chain, without its grounds.")
ROW = Sentence("An empty row holds the place of the record, so that what stays belongs to somebody; it names nobody.")
OTHERS = Sentence("Ideas belong to those who back them too; they stay without name, and without words if so wished.")
TOLD = Sentence("That other systems were told to stop must be shown; nobody is named.")
TEAM = Sentence("These are the company's own words.")
CLOCK = Sentence("That a right was used, when and what became of it, must be shown; the words are taken out.")

NOBODY: dict[str, Any] = {
    "name": "", "external_ref": None, "email": None, "email_verified_at": None, "language": "en", "time_zone": None,
    "country": None, "since": None, "next_boundary_at": None,
}  # fmt: skip

FATES: dict[str, Fate] = {
    "account_links": Fate(DELETE),
    "accounts": Fate(DELETE),
    "attributes": Fate(DELETE, "identity"),
    "comments": Fate(BLANK, "words", OTHERS, apart=True),
    "consent_batch_rows": Fate(BLANK, "", CHAIN, {"source": "", "wording": "", "evidence": ""}),
    "consent_entries": Fate(BLANK, "", CHAIN, {"evidence": None, "evidence_salt": None}),
    "consent_states": Fate(KEEP, "", CHAIN),
    "contact_events": Fate(DELETE, "contacts"),
    "contact_points": Fate(DELETE, "identity"),
    "contests": Fate(DELETE, "words"),
    "conversations": Fate(DELETE, "words"),
    "customer_merges": Fate(BLANK, "", CHAIN, {"how": ""}),
    "customers": Fate(BLANK, "identity", ROW, NOBODY),
    "decisions": Fate(BLANK, "contacts", COUNTED, apart=True),
    "deliveries": Fate(KEEP, "", TOLD),
    "dispatches": Fate(DELETE, "contacts"),
    "erasures": Fate(KEEP, "", CLOCK),
    "gateway_messages": Fate(DELETE, "contacts"),
    "grants": Fate(DELETE, "entitlements"),
    "holdings": Fate(DELETE, "identity"),
    "idea_answers": Fate(KEEP, "", TEAM),
    "idea_fingerprints": Fate(DELETE, "words", apart=True),
    "idea_versions": Fate(BLANK, "words", OTHERS, apart=True),
    "ideas": Fate(BLANK, "words", OTHERS, apart=True),
    "intents": Fate(DELETE, "contacts"),
    "joint_holders": Fate(DELETE, "identity"),
    "learnt_items": Fate(DELETE),
    "legal_holds": Fate(KEEP, "", CLOCK),
    "live_events": Fate(DELETE),
    "marks": Fate(DELETE, "identity"),
    "memberships": Fate(DELETE, "words"),
    "message_fingerprints": Fate(DELETE),
    "message_readings": Fate(DELETE, "words"),
    "messages": Fate(DELETE, "words"),
    "not_alike": Fate(DELETE, "words"),
    "notices_served": Fate(DELETE, "identity"),
    "outbox_messages": Fate(DELETE, "contacts"),
    "preferences": Fate(DELETE, "identity"),
    "promises": Fate(DELETE, "words"),
    "queue_items": Fate(DELETE, "words"),
    "ratings": Fate(DELETE, "words"),
    "receipts": Fate(DELETE, "words"),
    "reviews": Fate(DELETE, "words"),
    "rights_requests": Fate(BLANK, "", CLOCK, apart=True),
    "rights_steps": Fate(BLANK, "", CLOCK, apart=True),
    "sign_ins": Fate(DELETE),
    "signals": Fate(DELETE, "words"),
    "tags": Fate(DELETE, "words"),
    "trust_indexes": Fate(DELETE, "contacts"),
    "use_parts": Fate(DELETE, "entitlements"),
    "uses": Fate(DELETE, "entitlements"),
    "votes": Fate(DELETE, "words", apart=True),
}
"""By table. Learned models are marked, and learn without these words at their next training."""
