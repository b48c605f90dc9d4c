"""What message templates say to a person: their states, and the languages they are written in."""

from flask_babel import lazy_gettext as _l

STATES = {
    "draft": (_l("waits for a second person"), "wait"),
    "confirmed": (_l("may be sent"), "good"),
    "turned_down": (_l("turned down"), "bad"),
}
LANGUAGES = {"en": _l("English"), "it": _l("Italian"), "zh_Hant": _l("Traditional Chinese")}
