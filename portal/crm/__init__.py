"""CRM: what the company already knows of somebody, and the imports that brought it."""

from portal.crm.actions import add_holding, set_attribute
from portal.crm.models import Attribute, Holding, ImportRun
from portal.crm.queries import attributes_of, holdings_of, imports

__all__ = [
    "Attribute",
    "Holding",
    "ImportRun",
    "add_holding",
    "attributes_of",
    "holdings_of",
    "imports",
    "set_attribute",
]
