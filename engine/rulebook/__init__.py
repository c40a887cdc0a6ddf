"""The rulebook: read, checked, resolved at a date, changed by a scenario, hashed."""
