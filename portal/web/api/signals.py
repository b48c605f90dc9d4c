"""Signals, as far as customers let them leave."""

from datetime import datetime
from typing import Any

from flask import current_app
from marshmallow import fields, validate

from portal import needs
from portal.web.api.operations import operation
from portal.web.api.schemas import PageSchema, SignalsSchema, instant, line
from portal.web.cursors import seal, unseal
from portal.web.database import db
