"""What is done with facts and rules: resolve, evaluate, decide, read, write, run."""
