"""CRM: what the company already knows of somebody, and the imports that brought it."""

from portal.crm.actions import add_holding, set_attribute
from portal.crm.customers import import_customers
from portal.crm.importing import Clock, Good, Progress, Taken, bring_in
from portal.crm.models import Attribute, Holding, ImportRun
from portal.crm.queries import attributes_of, holdings_of, imports
from portal.crm.rows import Row, columns_in, read_rows

__all__ = [
    "Attribute", "Clock", "Good", "Holding", "ImportRun", "Progress", "Row", "Taken", "add_holding", "attributes_of",
    "bring_in", "columns_in", "holdings_of", "import_customers", "imports", "read_rows", "set_attribute",
]  # fmt: skip
