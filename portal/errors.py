"""What can go wrong for a reason that a person can be told.

Each error carries a stable `code` (for the API and for tests) and a `message` in plain English. The web layer turns
them into pages and problem+json; nothing below it knows HTTP, the `status` is only the number that fits best.
"""

from typing import Any


class CandourError(Exception):
    """A refusal with a reason.

    :param message: what is wrong and what can be done, in words a person understands.
    :param code: stable identifier of this kind of refusal, in kebab case.
    :param detail: machine-readable particulars (field errors, the newer ledger position, …).
    """

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **detail: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.detail = detail


class Invalid(CandourError):
    """The input does not have the shape or the values it must have."""

    status = 422
    code = "invalid"


class NotFound(CandourError):
    """There is no such thing, or none that this person may know of."""

    status = 404
    code = "not-found"


class NotAllowed(CandourError):
    """This person may not do this."""

    status = 403
    code = "not-allowed"


class Conflict(CandourError):
    """Something newer happened meanwhile; look again before you decide."""

    status = 409
    code = "conflict"


class TooMany(CandourError):
    """Too much at once; wait a little. `detail["retry_after"]` is in seconds."""

    status = 429
    code = "too-many"
