"""What changes from one rulebook to another: entries, meaning over all facts, real subjects."""
