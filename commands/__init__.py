"""The commands a lead or a consultant types."""
