"""How far the next model is and when one is trained, in words: said alike to who reviews and to who decides."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import jobs, needs
from portal.web.database import db
from portal.web.identity import current_settings
from portal.web.language import moment

LEARN = jobs.job_named("learn")


def ahead(now: datetime) -> str:
    """What is missing until the next model, and when models are trained."""
    left = needs.ahead(db.session, now)
    when = moment(jobs.next_run(LEARN, current_settings(), now))
    if left.to_learn:
        return str(
            ngettext(
                "%(num)d more to learn from, then a model is trained in the night, next on %(when)s.",
                "%(num)d more to learn from, then a model is trained in the night, next on %(when)s.",
                left.to_learn,
                when=when,
            )
        )
    if left.to_measure:
        return str(
            ngettext(
                "%(num)d more of those drawn at random, then the next model can be judged. It is trained in the night, "
                "on %(when)s.",
                "%(num)d more of those drawn at random, then the next model can be judged. It is trained in the night, "
                "on %(when)s.",
                left.to_measure,
                when=when,
            )
        )
    if left.is_new:
        return str(_("Enough is said for the next model: it is trained in the night, on %(when)s.", when=when))
    return str(
        _(
            "Model %(number)d knows all that was said. The next one is trained in the night after somebody says more.",
            number=left.newest,
        )
    )


def stands(now: datetime) -> bool:
    """Whether nobody runs the jobs, so that nothing is trained however much is said."""
    leader = jobs.leader(db.session, now)
    return leader is None or not leader.alive
