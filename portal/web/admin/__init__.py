"""Running the portal: one module for each kind of thing."""

from portal.web.admin import benefits, home, jobs
from portal.web.admin.blueprint import blueprint

__all__ = ["benefits", "blueprint", "home", "jobs"]
