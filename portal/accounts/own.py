"""What a team member chose for themselves: the language and the time zone of their pages and mails."""

from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.settings import Settings


def choose_own(session: Session, account: Account, *, language: str | None, time_zone: str | None) -> None:
    """Keep in which language and time zone a team member reads pages and mails.

    :param language: one that the portal speaks. :param time_zone: an IANA name; None for the company's.
    """
    account.language, account.time_zone = language, time_zone
    session.flush()


def zone_of(account: Account, settings: Settings) -> str:
    """The time zone somebody is told days and times in: their own, or else the company's."""
    own = account.customer.time_zone if account.customer is not None else account.time_zone
    return own or settings.default_zone
