"""Readings of the condition language: one meaning, several ways to run it."""
