"""durable-rules as the case engine, kept to the narrow profile in which it answers rightly."""

from engine.backends.durable.backend import DurableBackend, EvaluationError
from engine.backends.durable.plan import BackendLimitError

__all__ = ["BackendLimitError", "DurableBackend", "EvaluationError"]
