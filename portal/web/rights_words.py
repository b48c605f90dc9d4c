"""What rights say to a person: kinds, states and steps of requests, and what each table holds."""

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS = {
    "access": _l("A copy of what the download leaves out"),
    "erase": _l("Erase everything about me"),
    "object": _l("Object to a use of my data"),
    "restrict": _l("Use my data for nothing for now"),
    "correct": _l("Correct something about me"),
    "complaint": _l("A privacy complaint"),
}
STATES: dict[str, tuple[Any, str]] = {
    "open": (_l("received"), "wait"),
    "taken": (_l("being looked at"), "note"),
    "held": (_l("waits for a legal hold"), "wait"),
    "done": (_l("done"), "good"),
    "refused": (_l("refused"), "bad"),
    "taken_back": (_l("taken back"), ""),
}
ALARMS: dict[str, tuple[Any, str]] = {"late": (_l("late"), "bad"), "near": (_l("due soon"), "wait")}
WAYS = {
    "portal": _l("in the portal"),
    "phone": _l("on the phone"),
    "branch": _l("in a branch"),
    "letter": _l("by letter"),
    "email": _l("by e-mail"),
}
STEPS = {
    "asked": _l("Asked for"),
    "acknowledged": _l("Taken up"),
    "noted": _l("Remark"),
    "done": _l("Done"),
    "refused": _l("Refused"),
    "taken_back": _l("Taken back"),
    "held": _l("Erased, except what a hold keeps"),
    "erased": _l("Erased"),
}
COVERS = {
    "words": _l("What was said, and what was read in it"),
    "contacts": _l("What we sent, and what was decided about it"),
    "entitlements": _l("What was owed and used"),
    "identity": _l("Name, addresses, products"),
}
TABLES = {
    "account_links": _l("mailed links"),
    "accounts": _l("sign-in"),
    "attributes": _l("facts from our systems"),
    "comments": _l("comments below ideas"),
    "consent_batch_rows": _l("rows of consents that came in from a file"),
    "consent_entries": _l("entries of the consent ledger"),
    "consent_states": _l("what the ledger comes to"),
    "contact_events": _l("bounces and replies to stop"),
    "contact_points": _l("telephone numbers, postal addresses and devices"),
    "contests": _l("objections to a group"),
    "conversations": _l("conversations"),
    "customer_merges": _l("notes that two records are one person"),
    "customers": _l("name and addresses"),
    "decisions": _l("decisions about contacts"),
    "deliveries": _l("notes of which systems were told"),
    "dispatches": _l("messages we sent"),
    "erasures": _l("certificates of erasure"),
    "gateway_messages": _l("text messages, notifications, calls and letters"),
    "grants": _l("entitlements granted"),
    "holdings": _l("products"),
    "idea_answers": _l("our answers to ideas"),
    "idea_fingerprints": _l("counts made of ideas"),
    "idea_versions": _l("earlier words of ideas"),
    "ideas": _l("ideas"),
    "intents": _l("messages we wanted to send"),
    "joint_holders": _l("joint holders and guardians"),
    "learnt_items": _l("notes that a model learned from a message"),
    "legal_holds": _l("legal holds"),
    "live_events": _l("notes to open pages"),
    "marks": _l("marks that hold contacts back"),
    "memberships": _l("groups you were in"),
    "message_fingerprints": _l("counts made of messages"),
    "message_readings": _l("readings of messages"),
    "messages": _l("messages"),
    "not_alike": _l("notes that two messages differ"),
    "notices_served": _l("notices shown"),
    "outbox_messages": _l("mails"),
    "preferences": _l("preferences"),
    "promises": _l("promises to you"),
    "queue_items": _l("messages chosen for a look"),
    "ratings": _l("how it was for you"),
    "receipts": _l("receipts"),
    "reviews": _l("corrections"),
    "rights_requests": _l("requests about your data"),
    "rights_steps": _l("their history"),
    "sign_ins": _l("signed-in browsers"),
    "signals": _l("signs of a need"),
    "tags": _l("tags"),
    "trust_indexes": _l("how we have treated you, part by part"),
    "use_parts": _l("parts of entitlements used"),
    "uses": _l("entitlements used"),
    "votes": _l("votes"),
}
"""A test keeps them as many as the tables of the plan."""


def table(name: str) -> Any:
    """What a table holds, in words."""
    return TABLES.get(name, name)
