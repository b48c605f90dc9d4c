"""Receipts as files: the one way to write them, our signature, and whether a file is ours and unchanged.

The signature stands in the file beside what it covers: it is made over the canonical bytes of everything else.
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from typing import Any

from portal.consent.chain import canonical
from portal.settings import Settings, secret_of

PROOF = "candour:proof"
ALGORITHM = "HMAC-SHA256"
LONGEST = 200_000
"""Bytes; a receipt of everything somebody can allow is far shorter."""


def receipt_keys(settings: Settings) -> list[bytes]:
    """The keys of this instance: the first one signs, every one still proves. Made of the secret key if none is set."""
    given = [part.strip() for part in settings.receipt_keys.split(",") if part.strip()]
    return [_derived(key, "sign receipts") for key in given or [secret_of(settings)]]


def pseudonym(ref: str, key: bytes) -> str:
    """Who a receipt is about, the same on each of their receipts; only the holder of the key can tell whose it is."""
    return uuid.UUID(bytes=hmac.digest(key, f"about {ref}".encode(), "sha256")[:16], version=5).urn


def signed(document: dict[str, Any], keys: Sequence[bytes]) -> bytes:
    """The canonical bytes of a document with its proof in it."""
    return canonical({**document, PROOF: _proof(canonical(document), keys[0])})


def head_keys(settings: Settings) -> list[bytes]:
    """The keys under which the heads of the ledger are signed: made of the same secrets as those of receipts."""
    given = [part.strip() for part in settings.receipt_keys.split(",") if part.strip()]
    return [_derived(key, "sign heads") for key in given or [secret_of(settings)]]


def document_in(data: bytes, *, longest: int = LONGEST) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is none, or when it names something twice."""
    if len(data) > longest:
        return None
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def check_signature(document: dict[str, Any] | None, keys: Sequence[bytes]) -> str:
    """What a file is: `ours`, `changed`, `not-ours` (another key signed it) or `no-receipt`.

    How the JSON is laid out does not matter; what it says does.
    """
    proof = document.get(PROOF) if document else None
    if document is None or not isinstance(proof, dict):
        return "no-receipt"
    try:
        said = canonical({name: value for name, value in document.items() if name != PROOF})
        shown = canonical(proof)
    except (ValueError, RecursionError):
        return "changed"
    if any(hmac.compare_digest(shown, canonical(_proof(said, key))) for key in keys):
        return "ours"
    return "changed" if proof.get("candour:key") in [_name(key) for key in keys] else "not-ours"


def _proof(said: bytes, key: bytes) -> dict[str, Any]:
    return {
        "@type": "candour:Proof",
        "candour:algorithm": ALGORITHM,
        "candour:key": _name(key),
        "candour:signature": hmac.new(key, said, hashlib.sha256).hexdigest(),
    }


def _name(key: bytes) -> str:
    """By which a key can be named without telling anything about it."""
    return _derived(key.hex(), "name of the key").hex()[:16]


def _derived(key: str, use: str) -> bytes:
    return hmac.new(key.encode(), f"candour: {use}".encode(), hashlib.sha256).digest()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key is there twice.")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON.")
