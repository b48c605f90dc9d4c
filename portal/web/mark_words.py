"""What the team records about a customer, in words: what it is, what follows, and how somebody held together agrees."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "bereaved": _l("They have died"),
    "court": _l("A court forbids contact"),
    "minor": _l("They are not of age"),
    "guardian": _l("A guardian acts for them"),
    "vulnerable": _l("They need special care"),
}
FOLLOWS = {
    "bereaved": _l("Nothing is sent any more, of whatever kind."),
    "court": _l("Nothing is sent any more, of whatever kind."),
    "minor": _l("Only their guardian can say yes; what is owed still goes."),
    "guardian": _l("Only their guardian can say yes; what is owed still goes."),
    "vulnerable": _l("Products on the list in the rules are not offered: %(products)s."),
}
READ = {
    "bereaved": "mark-bereaved",
    "court": "mark-court",
    "minor": "minor-without-guardian",
    "guardian": "guardian-without-guardian",
    "vulnerable": "vulnerable-product",
}
"""The reason that the customer reads beside a message that was not sent because of it."""
STAGES = {
    "coming": (_l("not yet"), "note"),
    "holds": (_l("holds"), "bad"),
    "over": (_l("over"), ""),
    "ended": (_l("ended"), ""),
}
HOLDS = {
    "asked": (_l("asked, no answer yet"), "wait"),
    "approved": (_l("agrees"), "good"),
    "revoked": (_l("took it back"), "bad"),
    "left": (_l("does not hold it any more"), ""),
}
PRODUCTS = {
    "account": _l("accounts"),
    "card": _l("cards"),
    "savings": _l("savings"),
    "loan": _l("loans"),
    "insurance": _l("insurance"),
    "exchange": _l("exchange"),
    "rewards": _l("rewards"),
}
"""Product lines."""
REGISTERS = {
    "draft": (_l("to be confirmed"), "note"),
    "live": (_l("in force"), "good"),
    "replaced": (_l("not in force"), ""),
}
"""How a copy of a do-not-call register stands."""
