"""Properties of a whole rulebook, each proved on every day on which something changes."""
