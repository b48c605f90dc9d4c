"""The kinds of problems the API can have with a request: a title, and what can be done. `/api/v1/problems` shows them.

`type` of a problem leads there. A code that has no entry of its own is explained by its status, as `http-404`.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, tuple[Any, Any]] = {
    "http-400": (
        _l("The request cannot be understood."),
        _l("The body must be JSON in UTF-8, not cut off, and not nested deeper than a few dozen levels."),
    ),
    "token-needed": (
        _l("A token is needed."),
        _l("Send the header Authorization: Bearer cnd_…. An admin makes tokens."),
    ),
    "token-unknown": (
        _l("The token does not count."),
        _l("It is not known here, or it was revoked. Ask an admin for a new one; trying again does not help."),
    ),
    "http-401": (_l("We do not know who asks."), _l("Send a token that counts.")),
    "scope-missing": (
        _l("The token may not do this."),
        _l("It lacks the scope that scope names. An admin can make a token that has it."),
    ),
    "second-person": (
        _l("A second person is needed."),
        _l("Whoever wrote it cannot approve it, with whatever token. Let somebody else look at it."),
    ),
    "token-without-person": (
        _l("This token belongs to nobody."),
        _l("What one person writes and another approves needs a token of a person: make one while signed in."),
    ),
    "http-403": (_l("This is not allowed."), _l("Whoever asks may not do this. Trying again does not help.")),
    "http-404": (
        _l("There is no such thing."),
        _l("Nothing is at this address, or what it names does not exist. Compare it with the list of operations."),
    ),
    "http-405": (
        _l("This address does not take that method."),
        _l("The header Allow of the answer names those it takes."),
    ),
    "ledger-behind": (
        _l("The ledger is behind."),
        _l("You know of an entry that is not here yet. Wait a moment and ask again."),
    ),
    "intent-differs": (
        _l("This key named another wish before."),
        _l("A key names one wish: the same customer, way, kind, purpose and topic. Take a new key for another one."),
    ),
    "in-progress": (
        _l("The first request with this key has not ended."),
        _l("Wait as long as Retry-After says and send it again: the same answer comes, and nothing happens twice."),
    ),
    "http-409": (
        _l("Something newer is in the way."),
        _l("It was changed meanwhile, or is there already. Look again before you decide."),
    ),
    "http-413": (_l("The body is too large."), _l("Send less at once.")),
    "http-415": (_l("The body is not JSON."), _l("Send JSON with the header Content-Type: application/json.")),
    "invalid": (
        _l("Something in the request is not as it must be."),
        _l("Where it can be told by field, errors says what is wrong with each."),
    ),
    "unspeakable": (
        _l("A text holds something that cannot be kept."),
        _l("Take out NUL characters and lone halves of characters (surrogates)."),
    ),
    "bad-cursor": (
        _l("The cursor does not belong here."),
        _l("Send next of the page before just as it came, to the same list; or begin without a cursor."),
    ),
    "bad-idempotency-key": (
        _l("The Idempotency-Key cannot be used."),
        _l("It has 1 to 200 visible ASCII characters."),
    ),
    "idempotency-key-reused": (
        _l("The Idempotency-Key belongs to another request."),
        _l("Each request has its own key; only the very same request may carry it again."),
    ),
    "http-422": (
        _l("This cannot be done as asked."),
        _l("The request is well formed, but what it asks for does not fit together. The detail says why."),
    ),
    "http-429": (
        _l("That was a lot at once."),
        _l("Wait as long as Retry-After says. A token that counts has its own count; what does not, its address's."),
    ),
    "http-500": (
        _l("Something broke on our side."),
        _l("It has been recorded, and nothing was kept by halves. The same request may work later."),
    ),
    "http-503": (
        _l("The database is busy."),
        _l("Nothing was kept by halves. Wait as long as Retry-After says and send it again."),
    ),
}


def kind_of(code: str, status: int) -> str:
    """Under which name a problem is explained: its code, or its status where the code needs no more words."""
    if code in KINDS:
        return code
    named = f"http-{status}"
    return named if named in KINDS else "http-500" if status >= 500 else "http-400"
