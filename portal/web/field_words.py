"""What a person reads when a field of a form or of a request is not as it must be.

Our own checks speak in sentences of their own. What marshmallow itself finds comes in its English, with its blanks
filled already: it is known again by the library's own templates, and said in our words and in the reader's language.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.sentences import Sentence

WORDS: dict[str, Any] = {
    "Missing data for required field.": _l("This is needed."),
    "Field may not be null.": _l("This is needed."),
    "Unknown field.": _l("Nothing of this name is taken here."),
    "Invalid input type.": _l("This has the wrong shape."),
    "Invalid type.": _l("This has the wrong shape."),
    "Invalid value.": _l("This cannot be taken."),
    "Invalid input.": _l("This cannot be taken."),
    "Not a valid string.": _l("This must be a text."),
    "Not a valid utf-8 string.": _l("This must be a text in UTF-8."),
    "Not a valid integer.": _l("This must be a whole number."),
    "Not a valid number.": _l("This must be a number."),
    "Number too large.": _l("This number is too large."),
    "Special numeric values (nan or infinity) are not permitted.": _l("This must be an ordinary number."),
    "Not a valid boolean.": _l("This must be yes or no."),
    "Not a valid list.": _l("This must be a list."),
    "Not a valid mapping type.": _l("This must be an object."),
    "Not a valid date.": _l("Write a date like 2027-03-01."),
    "Not a valid time.": _l("Write a time like 20:00."),
    "Not a valid datetime.": _l("Write a date and time like 2027-03-01T09:30:00Z."),
    "Not a valid {awareness} {obj_type}.": _l("Write a date and time like 2027-03-01T09:30:00Z."),
    '"{input}" cannot be formatted as a {obj_type}.': _l("Write a date and time like 2027-03-01T09:30:00Z."),
    '"{input}" cannot be formatted as a date.': _l("Write a date like 2027-03-01."),
    "Not a valid email address.": _l("This is not an e-mail address."),
    "Not a valid URL.": _l("This is not a web address."),
    "Not a valid UUID.": _l("This is not a UUID."),
    "String does not match expected pattern.": _l("This is not written as it must be."),
    "Must be one of: {choices}.": _l("Choose one of these: %(choices)s."),
    "One or more of the choices you made was not in: {choices}.": _l("Choose only from these: %(choices)s."),
    "Shorter than minimum length {min}.": _l("Use at least %(min)s characters."),
    "Longer than maximum length {max}.": _l("Use at most %(max)s characters."),
    "Length must be between {min} and {max}.": _l("Use between %(min)s and %(max)s characters."),
    "Length must be {equal}.": _l("Exactly %(equal)s are needed here."),
    "Must be greater than or equal to {min} and less than or equal to {max}.": _l(
        "Choose something from %(min)s to %(max)s."
    ),
    "Must be greater than or equal to {min}.": _l("Choose %(min)s or more."),
    "Must be less than or equal to {max}.": _l("Choose %(max)s or less."),
    "Must be equal to {other}.": _l("This must be %(other)s."),
}
"""Our words for each of the library's, with its blanks. A test keeps this complete for the fields and checks we use."""
BLANK = re.compile(r"\\\{(\w+)\\\}")
SHAPES = [(re.compile(BLANK.sub(r"(?P<\1>.*)", re.escape(known)), re.DOTALL), known) for known in WORDS if "{" in known]


def translated(text: Any) -> str:
    """A text from anywhere below, in the language of whoever is looking.

    :param text: a `Sentence`, a text that is in the catalogue as it stands, or one that is said already.
    """
    if isinstance(text, Sentence):
        return str(gettext(text.sentence, **text.blanks))
    return str(gettext(text)) if isinstance(text, str) and text else str(text)


def about_field(text: Any) -> str:
    """What is wrong with a field, in our words and in the language of whoever is looking."""
    if isinstance(text, str) and not isinstance(text, Sentence):
        if text in WORDS:
            return str(WORDS[text])
        for shape, known in SHAPES:
            found = shape.fullmatch(text)
            if found:
                return str(WORDS[known]) % found.groupdict()
    return translated(text)


def about_fields(messages: Any) -> Any:
    """The messages of a ValidationError, however nested, in our words; names and positions stay as they are."""
    if isinstance(messages, dict):
        return {name: about_fields(found) for name, found in messages.items()}
    if isinstance(messages, Iterable) and not isinstance(messages, str):
        return [about_fields(found) for found in messages]
    return about_field(messages)
