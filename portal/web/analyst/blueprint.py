"""The analyst's desk."""

from flask import Blueprint

blueprint = Blueprint("analyst", __name__, url_prefix="/analyst")
