"""What campaigns say to a person: their states and what was done to them."""

from flask_babel import lazy_gettext as _l

STATES = {
    "draft": (_l("draft"), "note"),
    "approved": (_l("approved"), "note"),
    "running": (_l("running"), "good"),
    "paused": (_l("paused"), "wait"),
    "braked": (_l("held: people leave"), "bad"),
    "finished": (_l("finished"), ""),
}
ACTS = {
    "draft": _l("wrote it"),
    "edit": _l("changed it"),
    "try": _l("tried it"),
    "approve": _l("approved it"),
    "start": _l("started it"),
    "pause": _l("paused it and took back what waited"),
    "resume": _l("let it go on"),
    "brake": _l("held it, because too many people left (left/sent in 24 hours)"),
    "release": _l("let it go on after it was held"),
    "stop": _l("stopped it and took back what waited"),
    "finish": _l("ended it, as its time was over"),
}
DONE = {
    "approve": _l("It is approved. It does nothing before somebody starts it."),
    "start": _l("It is started. Its members are asked for within some seconds; the rules decide who gets it."),
    "pause": _l("It is paused. What waited was taken back and is asked for again when it goes on."),
    "resume": _l("It goes on."),
    "release": _l("It goes on. Who left before does not count any more."),
    "stop": _l("It is stopped. What waited was taken back; what was sent stays sent."),
}
LINES = {
    "account": _l("Account"),
    "card": _l("Card"),
    "savings": _l("Savings"),
    "loan": _l("Loan"),
    "insurance": _l("Insurance"),
    "exchange": _l("Exchange"),
    "rewards": _l("Rewards"),
}
