"""What each contact rule is called, what it can say, and what would change its no: by code, in the words of a reader.

`%(name)s` stands for a parameter of the rule; `wording.reason` fills it in.
"""

from flask_babel import lazy_gettext as _l

RULES = {
    "suppression": _l("Total stop"),
    "identity": _l("Address"),
    "objection": _l("Objection"),
    "consent": _l("Consent or contract"),
    "call-register": _l("Do-not-call register"),
    "authority": _l("Who may say yes"),
    "pause": _l("Pause"),
    "complaint": _l("Complaints"),
    "rights": _l("Rights requests"),
    "vulnerability": _l("Distress and vulnerability"),
    "cooldown": _l("Time to cool down"),
    "promise": _l("Promises"),
    "frequency": _l("How often"),
    "quiet": _l("Quiet hours"),
    "repermission": _l("Asking again"),
    "trust": _l("Trust"),
    "leaving": _l("People leaving"),
    "balance": _l("Balance"),
    "control": _l("Kept for comparison"),
}
STAGES = {
    "draft": (_l("draft"), "note"),
    "shadow": (_l("in the shadow"), "wait"),
    "live": (_l("in force"), "good"),
    "retired": (_l("not in force"), ""),
}
"""How far a version of the settings has come."""
EARLIER_NAMES = {"distress": "vulnerability"}
"""What a rule was called in older records."""
REASONS = {
    "erased": _l("The customer's data was erased: nothing may be sent."),
    "hard-bounce": _l("The address does not take mail: it came back for good. Confirming it anew ends this."),
    "spam-complaint": _l("It was reported as spam, so nothing more goes this way until the address is confirmed anew."),
    "mark-bereaved": _l("The team recorded a death: nothing is sent."),
    "mark-court": _l("A court forbids it: nothing is sent."),
    "not-suppressed": _l("Nothing forbids writing at all."),
    "inside-the-portal": _l("It stays in the portal, so no address is needed."),
    "address-verified": _l("The address for this way is confirmed."),
    "asked-to-confirm": _l("The number is not confirmed yet; this is the code to confirm it, asked for by its owner."),
    "address-unverified": _l("The address for this way is not confirmed yet."),
    "no-address": _l("There is no address for this way."),
    "objected": _l("There is an objection to “%(purpose)s”. It stays until it is lifted."),
    "objected-to-profiling": _l("There is an objection to being grouped by need, and a group chose this message."),
    "no-objection": _l("There is no objection to this."),
    "allowed-since": _l("“%(purpose)s” was allowed at that moment, since %(since)s (entry %(seq)s of the ledger)."),
    "allowed-by-contract": _l("“%(purpose)s” is part of the contract; no consent is asked for it."),
    "asks-again": _l("The yes to “%(purpose)s” came to its end without a no, and this asks for it again."),
    "consent-objected": _l("An objection stands against “%(purpose)s”."),
    "consent-not-asked": _l("“%(purpose)s” was never allowed. Not having been asked counts as no."),
    "consent-out-of-scope": _l("The yes to “%(purpose)s” does not cover this use; it was not in the words shown."),
    "consent-denied": _l("“%(purpose)s” is not allowed; the answer was no."),
    "consent-expired": _l("The yes to “%(purpose)s” had come to its end."),
    "consent-void": _l("The words of “%(purpose)s” changed so much that the earlier yes does not count."),
    "consent-stopped": _l("Everything was stopped."),
    "consent-retired": _l("“%(purpose)s” is not done any more."),
    "consent-no-such-purpose": _l("There is no such purpose as “%(purpose)s”."),
    "consent-channel-off": _l("“%(purpose)s” is allowed, but not this way: %(channel)s."),
    "consent-topic-off": _l("“%(purpose)s” is allowed, but not about this topic: %(topic)s."),
    "consent-unproven": _l(
        "Somebody else said that “%(purpose)s” was allowed, and nothing proves it. That counts as no."
    ),
    "consent-old": _l(
        "The last yes to “%(purpose)s” was on %(since)s. After %(months)s months without another one, "
        "no offers go by e-mail."
    ),
    "consent-offer": _l("It is named as something we owe, %(class)s, and such a message carries no offer."),
    "consent-unconfirmed": _l("It is named as what must be told, but nobody has confirmed its words as that."),
    "consent-class": _l("Such a message, %(class)s, does not go under “%(purpose)s”, whoever it is for."),
    "profiling-not-allowed": _l("A group chose this message, and being grouped by need is not allowed."),
    "no-call": _l("It is no call and no text message, so the register does not matter."),
    "no-sales-call": _l("We owe this, so the register does not matter."),
    "switched-off": _l("This rule is switched off in the settings."),
    "call-listed": _l("The number is in a register of people who want no such calls."),
    "call-list-missing": _l("We have no register to look this number up in, so we do not call."),
    "call-list-old": _l("Our copy of the register is of %(taken)s, older than %(days)s days, so we do not call."),
    "not-call-listed": _l("The number is in no register of people who want no such calls (as of %(taken)s)."),
    "own-authority": _l("Whoever said yes may say it."),
    "guardian-allowed": _l("The guardian said yes."),
    "minor-without-guardian": _l("The customer is not of age, and no guardian said yes."),
    "guardian-without-guardian": _l("A guardian acts for the customer, and the guardian did not say yes."),
    "joint-approved": _l("All %(holders)s who hold this together agree."),
    "joint-incomplete": _l("Of the %(holders)s who hold this together, %(approved)s have agreed so far."),
    "joint-revoked": _l("One of the %(holders)s who hold this together took the agreement back."),
    "not-paused": _l("There is no pause."),
    "paused": _l("Everything that is not owed is paused until %(until)s."),
    "sells-nothing": _l("It sells nothing, so this rule does not stop it."),
    "no-complaint": _l("No complaint is open, and none was answered lately."),
    "complaint-elsewhere": _l("There is a complaint, but about something else than what this is about."),
    "complaint-open": _l(
        "A complaint is open since %(since)s. Offers stay off until %(days)s days after it is answered."
    ),
    "complaint-answered-lately": _l(
        "A complaint was answered on %(answered)s. Offers stay off for %(days)s days, until %(until)s."
    ),
    "no-rights-request": _l("No request about personal data is open."),
    "rights-request-open": _l(
        "A request about personal data is open since %(since)s. Until it is settled we neither sell nor ask."
    ),
    "no-distress": _l("Nobody wrote in distress."),
    "distress-open": _l("Somebody wrote in distress on %(since)s. Until that is settled we neither sell nor ask."),
    "vulnerable-product": _l("The team recorded that care is needed, so this kind of product is not offered."),
    "no-cooldown": _l("Nobody was upset with us lately."),
    "cooldown-negative": _l("Something we did upset the customer on %(at)s. We stay quiet for %(days)s days."),
    "cooldown-rated": _l("On %(at)s the customer said how it was: %(score)s of 5. We stay quiet for %(days)s days."),
    "cooldown-spam": _l("A message was reported as spam on %(at)s. We stay quiet for %(days)s days."),
    "promises-kept": _l("No promise is broken."),
    "promise-apologised": _l("We promised something for %(due)s and did not do it. On %(at)s we apologised for that."),
    "promise-broken": _l(
        "We promised something for %(due)s and did not do it. Until it is settled, at most until %(until)s, "
        "nothing goes out that is not owed."
    ),
    "within-limits": _l("Not more often than agreed: %(sent)s so far."),
    "cap": _l("At most %(most)s in %(days)s days: %(sent)s so far. Free again on %(until)s."),
    "cap-channel": _l("At most %(most)s in %(days)s days go this way: %(sent)s so far. Free again on %(until)s."),
    "cap-topic": _l("At most %(most)s in %(days)s days about one topic: %(sent)s so far. Free again on %(until)s."),
    "cap-all": _l("At most %(most)s in %(days)s days in all: %(sent)s so far. Free again on %(until)s."),
    "own-budget": _l("At most %(most)s a week wanted: %(sent)s so far. Free again on %(until)s."),
    "own-budget-none": _l("None of these are wanted."),
    "disturbs-nobody": _l("It waits to be looked at, so it disturbs nobody at night."),
    "zone-unknown": _l("We do not know the local time, so we do not risk the night."),
    "quiet-hours": _l("It was in the quiet hours from %(from)s to %(to)s (%(zone)s)."),
    "not-quiet": _l("It was not in the quiet hours from %(from)s to %(to)s (%(zone)s)."),
    "asks-nothing-again": _l("It does not ask again for something that ended."),
    "no-means-no": _l("“%(purpose)s” was refused or taken back. After a no we do not ask again."),
    "asked-again-lately": _l("This was asked again on %(at)s already. Once in %(months)s months is enough."),
    "not-asked-again-lately": _l("This was not asked again in the last %(months)s months."),
    "trust-unknown": _l("There is too little to say how we treated this customer, so this rule does not decide."),
    "trust-enough": _l("We have treated this customer well enough to make an offer (%(trust)s of 1)."),
    "trust-low": _l(
        "We have not treated this customer well enough to sell anything: %(trust)s of 1, at least %(least)s is needed."
    ),
    "no-campaign": _l("It is part of no campaign."),
    "few-leave": _l("Hardly anybody left because of this campaign: %(left)s of %(sent)s in a day."),
    "too-many-leave": _l(
        "Too many people left because of this campaign: %(left)s of %(sent)s in a day. It is stopped for now."
    ),
    "in-balance": _l("Not everything we sent lately sells something."),
    "only-offers": _l("The last %(sold)s things we sent all sold something. The next must be of another kind."),
    "no-control": _l("The customer is in no group that is kept for comparison."),
    "control": _l("The customer is one of a few who get nothing, drawn by lot, so that we learn what it changes."),
}
OWED = _l("We owe this, so it does not depend on this rule.")
REMEDIES = {
    "confirm-address": _l("when the address is confirmed"),
    "lift-objection": _l("when the objection to “%(purpose)s” is lifted"),
    "allow": _l("when “%(purpose)s” is allowed for this way and topic"),
    "answer-complaint": _l("%(days)s days after we answer the complaint"),
    "settle-rights-request": _l("when the request about personal data is settled"),
    "settle-conversation": _l("when the conversation of somebody in distress is settled"),
    "end-mark": _l("when the team ends what it recorded"),
    "say-yes-again": _l("when “%(purpose)s” is allowed once more"),
    "no-offer": _l("when it carries no offer, or is named as one"),
    "confirm-template": _l("when a second person has set the kind of its template"),
    "other-purpose": _l("when it goes under a purpose that is for such messages"),
    "leave-register": _l("when the number is taken out of the register"),
    "renew-register": _l("when we have a new copy of the register"),
    "guardian-allows": _l("when the guardian allows it"),
    "holders-approve": _l("when all who hold this together agree"),
    "resume": _l("when the pause is ended"),
    "say-zone": _l("when the local time is known"),
    "apologise": _l("when we keep the promise or apologise for it"),
    "earn-trust": _l("when we have done better by this customer"),
    "look-at-campaign": _l("when fewer people leave because of the campaign"),
    "say-something-else": _l("after a message that sells nothing"),
    "end-trial": _l("when the comparison is over"),
    "raise-budget": _l("when at least one message a week is wanted"),
}
