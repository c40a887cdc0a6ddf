"""An official run: every subject evaluated twice, outputs written whole, a record of how."""
