"""The words of the reader's language: found once per request, and given to templates without detours.

flask-babel looks the catalogue up anew for each word, and Jinja reaches it through three calls. A list of ideas has
more than a hundred words of ours, so this was a fifth of what the page cost.
"""

from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask_babel import Babel, Domain, get_babel, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.web.spoken import SpokenEnvironment


class OncePerRequest(Domain):  # type: ignore[misc]  # flask-babel has no types
    """The catalogues of flask-babel; which of them is the reader's is asked once per request."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request; an empty one outside of any."""
        found: NullTranslations
        try:
            found = g.translations
        except AttributeError:
            found = g.translations = super().get_translations()
        except RuntimeError:  # neither a request nor an application: nobody reads
            found = super().get_translations()
        return found

    def of_now(self) -> NullTranslations:
        """The catalogue of the language that counts at this moment, also where a page is written in a forced one."""
        found: NullTranslations = super().get_translations()
        return found


def prepare(app: Flask, babel: Babel) -> None:
    """Let views and templates of `app` take their words from here; comes after `babel.init_app`."""
    words = babel.domain_instance = OncePerRequest()
    app.jinja_env.globals.update(gettext=_one(words), _=_one(words), ngettext=_some(words))


def templates() -> SpokenEnvironment:
    """The templates in the reader's language; in English where nobody reads."""
    environment = current_app.jinja_env
    assert isinstance(environment, SpokenEnvironment)  # noqa: S101  the portal is made with it
    words: OncePerRequest = get_babel().instance.domain_instance
    return environment.in_language(str(get_locale() or "en"), words.of_now)


def _one(words: OncePerRequest) -> Any:
    @pass_context
    def gettext(context: Context, message: str, /, **values: Any) -> str:
        """`message` in the reader's language; `values` are escaped where the template escapes."""
        return _filled(context, words.get_translations().gettext(message), values)

    return gettext


def _some(words: OncePerRequest) -> Any:
    @pass_context
    def ngettext(context: Context, singular: str, plural: str, num: int, /, **values: Any) -> str:
        """The form of a message that suits `num`, which it may name as `%(num)d`."""
        return _filled(context, words.get_translations().ngettext(singular, plural, num), {"num": num, **values})

    return ngettext


def _filled(context: Context, text: str, values: dict[str, Any]) -> str:
    written = Markup(text) if context.eval_ctx.autoescape else text  # noqa: S704  our own words, not a person's
    return written % values if "%" in text else written
