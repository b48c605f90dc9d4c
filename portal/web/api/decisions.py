"""Asks whether somebody may be contacted, without contacting."""
