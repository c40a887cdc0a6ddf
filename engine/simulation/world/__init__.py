"""The simulated world: hidden quality, facts that arise from it, visits that find it."""
