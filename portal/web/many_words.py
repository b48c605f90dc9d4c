"""Why many people may or may not be contacted, by code: one sentence for all, without anybody's particulars."""

from flask_babel import lazy_gettext as _l

from portal.web import consent_words, rule_words

_AS_OF_ONE = (
    "erased", "hard-bounce", "spam-complaint", "mark-bereaved", "mark-court", "address-unverified", "no-address",
    "objected-to-profiling", "profiling-not-allowed", "call-listed", "call-list-missing", "minor-without-guardian",
    "guardian-without-guardian", "vulnerable-product", "own-budget-none", "zone-unknown", "control",
)  # fmt: skip
REASONS = {
    **{code: consent_words.REASONS[code] for code in ("no-such-purpose", "retired", "channel-off", "topic-off")},
    **{code: rule_words.REASONS[code] for code in _AS_OF_ONE},
    "allowed": _l("They may be contacted."),
    "too-late": _l("When it could be sent, it would make no sense any more."),
    "stopped": _l("They have stopped everything."),
    "objected": _l("They have objected. That stays until they lift it."),
    "denied": _l("Their answer was no."),
    "not-asked": _l("They were never asked. That counts as no."),
    "unproven": _l("Somebody else said that they agreed, and nothing proves it. That counts as no."),
    "expired": _l("Their yes has ended. That counts as no."),
    "void": _l("The words changed so much that their earlier yes counts no more."),
    "out-of-scope": _l("Their yes does not cover this use; it was not in the words they saw."),
    "paused": _l("They pause everything that is not an answer to them."),
    "offer": _l("What is owed carries no offer."),
    "unconfirmed": _l("Nobody else confirmed yet that these words must be told."),
    "class": _l("This purpose does not carry messages of this kind."),
    "old": _l("Their last yes is too old for offers by e-mail."),
    "call-list-old": _l("Our copy of the register is too old, so we do not call."),
    "joint-incomplete": _l("Not all who hold this together have agreed so far."),
    "joint-revoked": _l("One of those who hold this together took the agreement back."),
    "complaint-open": _l("A complaint is open. Offers stay off until some time after it is answered."),
    "complaint-answered-lately": _l("A complaint was answered lately. Offers stay off for some time."),
    "rights-request-open": _l(
        "A request about personal data is open. Until it is settled we neither sell nor ask."
    ),
    "distress-open": _l("Somebody wrote in distress. Until that is settled we neither sell nor ask."),
    "cooldown-negative": _l("Something we did upset them lately. We stay quiet for some time."),
    "cooldown-rated": _l("They told us lately that something was bad. We stay quiet for some time."),
    "cooldown-spam": _l("They reported a message as spam lately. We stay quiet for some time."),
    "promise-broken": _l(
        "We promised them something and did not do it. Until it is settled, nothing goes out that is not owed."
    ),
    "cap": _l("They had as many messages of this kind as they may get for now."),
    "cap-channel": _l("They had as many messages this way as they may get for now."),
    "cap-topic": _l("They had as many messages about this topic as they may get for now."),
    "cap-all": _l("They had as many messages in all as they may get for now."),
    "own-budget": _l("They had as many messages as they want in a week."),
    "quiet-hours": _l("It is in their quiet hours."),
    "no-means-no": _l("They refused or took their yes back. After a no we do not ask again."),
    "asked-again-lately": _l("They were asked again lately already."),
    "trust-low": _l("We have not treated them well enough to sell anything."),
    "too-many-leave": _l("Too many people left because of this campaign. It is stopped for now."),
    "only-offers": _l("The last things we sent them all sold something. The next must be of another kind."),
}  # fmt: skip
