"""Hashes passwords with argon2id, and spends the same time when there is nothing to compare with."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.accounts.rules import PASSWORD_MAX, normal_password
from portal.settings import Settings


@lru_cache(maxsize=8)
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=8)
def _dummy(time_cost: int, memory_kib: int) -> str:
    return _hasher(time_cost, memory_kib).hash("nobody has this password")


def hash_password(password: str, settings: Settings) -> str:
    """The hash to keep, at the cost the settings name."""
    return _hasher(settings.password_time_cost, settings.password_memory_kib).hash(_bytes(password))


def verify_password(kept: str | None, password: str, settings: Settings) -> bool:
    """Whether `password` is the one behind `kept`; without a kept hash it takes as long and says no."""
    cost = (settings.password_time_cost, settings.password_memory_kib)
    try:
        _hasher(*cost).verify(kept or _dummy(*cost), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str, settings: Settings) -> bool:
    """Whether a hash was made at another cost than the settings name now."""
    return _hasher(settings.password_time_cost, settings.password_memory_kib).check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    return normal_password(password[: PASSWORD_MAX * 4]).encode("utf-8", "replace")
