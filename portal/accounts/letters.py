"""The mails about signing in: each letter as sentences, written in the language of whoever gets it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.sentences import Sentence, in_language

LINK = "%(link)s"
HELLO = Sentence("Hello,")
HELLO_NAME = Sentence("Hello %(name)s,")


@dataclass(frozen=True)
class Letter:
    """One kind of mail: its subject, and its text by paragraphs."""

    subject: Sentence
    paragraphs: tuple[str, ...]

    def write(self, language: str, **blanks: str) -> tuple[str, str]:
        """Subject and text.

        :param language: of whoever gets it.
        :param blanks: `company`, and what else the kind names: `name`, `link`, `reset`.
        """
        text = "\n\n".join(in_language(language, paragraph, **blanks) for paragraph in self.paragraphs)
        return in_language(language, self.subject, **blanks), f"{text}\n"


LETTERS: Mapping[str, Letter] = {
    # The name is left out of the first two: whoever signed up chose it, and could write to a stranger through us.
    "confirm": Letter(
        Sentence("Confirm your address for %(company)s"),
        (
            HELLO,
            Sentence(
                "this address was used to sign up at %(company)s. If that was you, open this page and press the button:"
            ),
            LINK,
            Sentence(
                "The link works for three days. If it was not you, do nothing: "
                "without the button, nobody can sign in with this address."
            ),
        ),
    ),
    "already-there": Letter(
        Sentence("You already have a sign-in at %(company)s"),
        (
            HELLO,
            Sentence(
                "somebody, perhaps you, tried to sign up at %(company)s with this address. You already have a sign-in:"
            ),
            LINK,
            Sentence(
                "If you forgot the password, choose a new one at %(reset)s. If it was not you, nothing has changed."
            ),
        ),
    ),
    "reset": Letter(
        Sentence("Choose a new password for %(company)s"),
        (
            HELLO_NAME,
            Sentence("you can choose a new password here:"),
            LINK,
            Sentence(
                "The link works for one hour, once. If you did not ask for it, do nothing; "
                "your password stays as it is."
            ),
        ),
    ),
    "invite": Letter(
        Sentence("Your sign-in to the %(company)s portal"),
        (
            HELLO_NAME,
            Sentence("an administrator made you a sign-in. Choose your password here:"),
            LINK,
            Sentence("The link works for seven days, once."),
        ),
    ),
    "address": Letter(
        Sentence("Confirm your new address for %(company)s"),
        (
            HELLO,
            Sentence(
                "somebody wants to use this address at %(company)s. If that was you, open this page and press the "
                "button:"
            ),
            LINK,
            Sentence(
                "The link works for three days. If it was not you, do nothing: without the button, nothing changes."
            ),
        ),
    ),
    "address-asked": Letter(
        Sentence("Your address for %(company)s is about to change"),
        (
            HELLO_NAME,
            Sentence(
                "another address was asked for; it counts once it is confirmed there. If that was not you, choose a "
                "new password at once: %(reset)s"
            ),
        ),
    ),
    "address-changed": Letter(
        Sentence("Your address for %(company)s was changed"),
        (
            HELLO_NAME,
            Sentence(
                "your new address is confirmed, and nothing more comes to this one. If that was not you, write to us "
                "at once."
            ),
        ),
    ),
    "password-changed": Letter(
        Sentence("Your password for %(company)s was changed"),
        (
            HELLO_NAME,
            Sentence(
                "your password was changed and every browser was signed out. If that was you, there is nothing to do. "
                "If not, choose a new one at once: %(reset)s"
            ),
        ),
    ),
}
