"""Pages for anybody."""

from flask import Blueprint

blueprint = Blueprint("open", __name__)
