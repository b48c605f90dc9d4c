"""The customer's side."""

from flask import Blueprint

blueprint = Blueprint("customer", __name__, url_prefix="/me")
