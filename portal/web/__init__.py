"""The only place that knows HTTP, cut by who is looking: open, customer, team, analyst, admin, api."""
