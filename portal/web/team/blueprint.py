"""The product team's desk."""

from flask import Blueprint

blueprint = Blueprint("team", __name__, url_prefix="/team")
