"""Customers with like needs: named groups with readable definitions, and who is in them, since when and why."""

from portal.segments.actions import contest, define, go_live, redefine, retire
from portal.segments.evidence import (
    SignalBehind,
    contests_about,
    contests_of,
    cut_by_consent,
    known_facts,
    open_signals_of,
    signals_behind,
)
from portal.segments.models import CAUSES, Contest, Membership, Segment, SegmentDefinition
from portal.segments.placing import place_customer, place_customers, place_several
from portal.segments.queries import (
    Reach,
    Size,
    causes_since,
    changes_page,
    definition,
    definitions,
    grouping_allowed,
    live_segments,
    members_page,
    memberships_feed,
    memberships_of,
    names_of,
    preview_size,
    reach,
    segment,
    segments_page,
    size_at,
    size_history,
)
from portal.segments.rules import (
    OPS,
    OPS_OF_KIND,
    WINDOWS,
    Feature,
    Tree,
    feature,
    features_in,
    parents_in,
    sentence,
    signals_in,
)
from portal.segments.schemas import SegmentSchema, checked_tree

__all__ = [
    "CAUSES", "OPS", "OPS_OF_KIND", "WINDOWS", "Contest", "Feature", "Membership", "Reach", "Segment",
    "SegmentDefinition", "SegmentSchema", "SignalBehind", "Size", "Tree", "causes_since", "changes_page",
    "checked_tree", "contest", "contests_about", "contests_of", "cut_by_consent", "define", "definition",
    "definitions", "feature", "features_in", "go_live", "grouping_allowed", "known_facts", "live_segments",
    "members_page", "memberships_feed", "memberships_of", "names_of", "open_signals_of", "parents_in", "place_customer",
    "place_customers", "place_several", "preview_size", "reach", "redefine", "retire", "segment", "segments_page",
    "sentence", "signals_behind", "signals_in", "size_at", "size_history",
]  # fmt: skip
