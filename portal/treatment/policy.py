"""The settings of the contact rules as we ship them, and what they are called before anybody changes one."""

from collections.abc import Mapping
from typing import Any

CLASSES = ("mandatory", "service", "answer", "research", "marketing", "repermission")
OWED = ("mandatory", "service", "answer")
COUNTED = ("answer", "research", "marketing", "repermission")
"""Classes whose claims count against the limits."""
NOT_OWED = ("research", "marketing", "repermission")
"""Classes that we send on our own account."""
ENDED = frozenset({"expired", "void", "out-of-scope"})
"""What became of a yes without a no: this may be asked for again, anything else may not."""
SELLS = ("marketing", "repermission")
"""Classes that sell something, or ask to be allowed to."""
CHANNELS = ("in_app", "email", "sms", "phone", "post", "push")
CALLS = ("phone", "sms")
"""Channels that a do-not-call register is about."""
QUIET_CHANNELS = ("in_app", "post")
"""Channels that wait for the customer to look, and so disturb nobody at night."""
PRODUCT_LINES = ("account", "card", "savings", "loan", "insurance", "exchange", "rewards")
"""What is sold, in the words the reader uses for what a message is about."""

DEFAULT_POLICY: dict[str, Any] = {
    "complaint_days": 30,
    "promise_days": 60,
    "caps": {
        "marketing": [[2, 7], [6, 30]],
        "research": [[1, 30]],
        "repermission": [[1, 365]],
        "answer": [[5, 1], [15, 7]],
    },
    "caps_by_channel": {"email": [[4, 7]], "sms": [[2, 7]], "push": [[2, 7]], "phone": [[1, 30]], "post": [[1, 30]]},
    "caps_by_topic": [[4, 30]],
    "caps_in_all": [[4, 7], [10, 30]],
    "quiet_from": "20:00",
    "quiet_until": "08:00",
    "zone_if_unknown": "",
    "ask_again_hours": 24,
    "lease_seconds": 60,
    "email_offer_months": 24,
    "call_list_days": 28,
    "vulnerable_products": ["loan", "insurance"],
    "cooldown_days": 14,
    "spam_days": 30,
    "repermission_months": 12,
    "trust_cross_sell": 0.40,
    "trust_offers": 0.25,
    "trust_lift": 0.10,
    "leaving_rate": 0.005,
    "leaving_times": 3.0,
    "leaving_least": 1,
    "leaving_sure": 0.95,
    "balance_of": 3,
    "balance_days": 365,
}
"""Caps are pairs of at most so many in so many days. With no zone for strangers, what is not owed waits for one.

`email_offer_months`: how old the last yes may be for an offer by e-mail. `call_list_days`: how old a do-not-call
register may be. `leaving_rate` and `leaving_times`: a campaign stops when more people leave in a day than this share,
and than so many times what is usual for it; `leaving_sure`: how sure the lower bound of the Wilson interval is that has
to lie above, by which few people count for less. `leaving_least`: and when at least so many did; 1 adds nothing to the
bound, which is 0 while nobody left. `balance_of`: of so many contacts in a row that are not owed, counted over
`balance_days`, at least one sells nothing.
"""

OFF: dict[str, Any] = {
    "caps_by_channel": {},
    "caps_by_topic": [],
    "caps_in_all": [],
    "email_offer_months": 0,
    "call_list_days": 0,
    "vulnerable_products": [],
    "cooldown_days": 0,
    "spam_days": 0,
    "repermission_months": 0,
    "trust_cross_sell": 0.0,
    "trust_offers": 0.0,
    "trust_lift": 0.0,
    "leaving_rate": 0.0,
    "leaving_times": 0.0,
    "leaving_least": 0,
    "leaving_sure": 0.95,
    "balance_of": 0,
    "balance_days": 0,
}
"""What switches a rule off. A policy from before a rule was known does not have it: old decisions stay as they were."""


def whole(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with every rule they do not name switched off."""
    return {**OFF, **settings}


def is_whole(settings: Mapping[str, Any]) -> bool:
    """Whether the settings name every rule there is."""
    return OFF.keys() <= settings.keys()
