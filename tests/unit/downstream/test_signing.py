"""Signatures after Standard Webhooks."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from portal.downstream.signing import secrets_in_force, sign, webhook_secret

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_the_example_of_the_standard_is_signed_alike() -> None:
    signed = sign(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_with_either_secret_knows_the_sender_while_they_change() -> None:
    old, new = (webhook_secret("portal", "Y-1", number) for number in (1, 2))
    both = secrets_in_force("portal", "Y-1", 2, NOW + timedelta(days=1), NOW)
    assert both == [new, old]
    header = sign(both, "e1", 1, b"{}")
    for secret in (old, new):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mine = "v1," + base64.b64encode(hmac.new(key, b"e1.1.{}", hashlib.sha256).digest()).decode()
        assert mine in header.split(" ")
    assert secrets_in_force("portal", "Y-1", 2, NOW, NOW) == [new]


def test_secrets_differ_by_system_number_and_key_and_are_long_enough() -> None:
    made = {webhook_secret(*parts) for parts in (("a", "Y-1", 1), ("a", "Y-1", 2), ("a", "Y-2", 1), ("b", "Y-1", 1))}
    assert len(made) == 4
    assert all(len(base64.b64decode(secret.removeprefix("whsec_"))) == 32 for secret in made)
