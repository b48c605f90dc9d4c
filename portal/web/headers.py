"""Headers every answer carries."""

from flask import Response, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


ALWAYS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
UNSTORED = (*ALWAYS, ("Cache-Control", "no-store"))


def harden(response: Response) -> Response:
    """Strict content policy, no sniffing, no framing, no caching of what belongs to one person."""
    headers = response.headers
    for name, value in ALWAYS if request.endpoint == "static" else UNSTORED:
        if name not in headers:
            headers.add(name, value)
    return response
