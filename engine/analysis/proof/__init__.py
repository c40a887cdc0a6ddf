"""What holds for every possible subject: decided over classes of facts, never sampled."""
