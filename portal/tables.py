"""All tables at once, for migrations and for tests that compare them with the database."""

from portal.accounts import models as accounts
from portal.audit import models as audit
from portal.consent import models as consent
from portal.conversations import models as conversations
from portal.crm import models as crm
from portal.db import Base
from portal.downstream import models as downstream
from portal.entitlements import models as entitlements
from portal.gateways import models as gateways
from portal.ideas import models as ideas
from portal.importing import models as importing
from portal.jobs import models as jobs
from portal.live import models as live
from portal.mail import models as mail
from portal.merging import models as merging
from portal.needs import models as needs
from portal.needs.learning import models as learning
from portal.needs.taxonomies import models as taxonomies
from portal.outreach import models as outreach
from portal.rights import models as rights
from portal.segments import models as segments
from portal.treatment import models as treatment

MODULES = (
    accounts,
    audit,
    consent,
    conversations,
    crm,
    downstream,
    entitlements,
    gateways,
    ideas,
    importing,
    jobs,
    learning,
    live,
    mail,
    merging,
    needs,
    outreach,
    rights,
    segments,
    taxonomies,
    treatment,
)
metadata = Base.metadata
