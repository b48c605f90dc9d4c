"""The mails about signing in. Each gives subject and text."""

from portal.settings import Settings


def confirm(settings: Settings, _name: str, token: str) -> tuple[str, str]:
    """To somebody who signed up: open the link and press the button.

    The name is left out: whoever signed up chose it, and could write to a stranger through us.
    """
    return (
        f"Confirm your address for {settings.company}",
        (
            "Hello,\n\n"
            f"this address was used to sign up at {settings.company}. "
            "If that was you, open this page and press the button:\n\n"
            f"{settings.base_url}/confirm/{token}\n\n"
            "The link works for three days. If it was not you, do nothing: "
            "without the button, nobody can sign in with this address.\n"
        ),
    )


def already_there(settings: Settings) -> tuple[str, str]:
    """To somebody who has an account and whose address was used to sign up again."""
    return (
        f"You already have a sign-in at {settings.company}",
        (
            "Hello,\n\n"
            f"somebody, perhaps you, tried to sign up at {settings.company} with this address. "
            "You already have a sign-in:\n\n"
            f"{settings.base_url}/sign-in\n\n"
            f"If you forgot the password, choose a new one at {settings.base_url}/reset. "
            "If it was not you, nothing has changed.\n"
        ),
    )


def reset(settings: Settings, name: str, token: str) -> tuple[str, str]:
    """To somebody who asked for a new password."""
    return (
        f"Choose a new password for {settings.company}",
        (
            f"Hello {name},\n\n"
            f"you can choose a new password here:\n\n{settings.base_url}/reset/{token}\n\n"
            "The link works for one hour, once. If you did not ask for it, do nothing; your password stays as it is.\n"
        ),
    )


def invite(settings: Settings, name: str, token: str) -> tuple[str, str]:
    """To a new member of the team."""
    return (
        f"Your sign-in to the {settings.company} portal",
        (
            f"Hello {name},\n\n"
            f"an administrator made you a sign-in. Choose your password here:\n\n{settings.base_url}/reset/{token}\n\n"
            "The link works for seven days, once.\n"
        ),
    )


def password_changed(settings: Settings, name: str) -> tuple[str, str]:
    """To somebody whose password was changed."""
    return (
        f"Your password for {settings.company} was changed",
        (
            f"Hello {name},\n\n"
            "your password was changed and every browser was signed out. If that was you, there is nothing to do. "
            "If not, choose a new "
            f"one at once: {settings.base_url}/reset\n"
        ),
    )
