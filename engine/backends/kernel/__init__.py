"""The reading for the simulation: conditions compiled to one function over columns of numbers."""
