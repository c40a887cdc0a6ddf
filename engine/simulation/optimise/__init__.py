"""The policy that meets a cut and loses least: a closed form of the world, a linear programme over
it, and a check by simulation."""
