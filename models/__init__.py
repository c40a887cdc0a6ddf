"""What things are: facts, conditions, rules and decisions. Imports nothing of the engine."""
