"""Candour: the portal where a company and its customers are candid with each other.

This package imports nothing on its own; see docs/architecture.md for which part may import which.
"""
