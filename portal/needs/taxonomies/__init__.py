"""The needs a company wants to hear, in versions: a draft is edited and tried, then published with a note."""
