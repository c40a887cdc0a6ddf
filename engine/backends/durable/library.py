"""The one place that calls durable-rules: its C engine, kept to the profile that is safe.

No background threads exist, because nothing of the library's Python host is used; one state is
filled from one batch, emptied of its actions and deleted again, on one thread. A fact always meets
a rule (each kind of fact has one without conditions). Anything unexpected ends in EngineFaultError,
which says what the engine did and never what the facts were.
"""

from __future__ import annotations

import _thread
import json
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import durable_rules_engine

from engine.rulebook.problems import SaidError, said

__all__ = ["EngineFaultError", "Library", "RuleTexts", "Session", "shipped_library"]

RuleTexts = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rules by name; each is the list of tests that one fact must pass, its kind first."""

_SID = "0"
_STATE = '{ "sid":"0", "id":"sid-0", "$s":1}'
_FIRST, _LAST = 1, 99
_LARGE_BLOCK_BYTES = 24 << 20


class EngineFaultError(SaidError):
    """durable-rules did what it never may; the evaluation has no answer."""


class Library(Protocol):
    """The functions of durable-rules' C module that are used."""

    def create_ruleset(self, name: str, rules: str, /) -> int:
        """Registers rules; a handle."""

    def delete_ruleset(self, handle: int, /) -> None:
        """Forgets them."""

    def assert_facts(self, handle: int, facts: str, /) -> tuple[int, int]:
        """Adds a batch of facts: a result code and the state they went to."""

    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None:
        """The state and the first rule that fired, with the fact it fired on."""

    def complete_and_start_action(self, handle: int, state: int, /) -> str | None:
        """The next rule that fired."""

    def delete_state(self, handle: int, sid: str, /) -> None:
        """Forgets all facts."""


def shipped_library() -> Library:
    """durable-rules as installed.

    Each evaluation frees some hundred kilobytes that the next one takes again. Freeing one large
    block first makes the C library keep such memory instead of handing it back every time.
    """
    bytes(_LARGE_BLOCK_BYTES)
    library: Library = durable_rules_engine
    return library


class Session:
    """Rulesets registered with the engine by one owner, and run on one thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = _thread.get_ident()
        self._texts: list[str] = []
        self._handles: list[int] = []
        self._forget = weakref.finalize(self, _delete_all, library, self._handles)

    def register(self, rules: RuleTexts, *, last: str) -> int:
        """Adds a ruleset; its number. The rule named `last` fires after the others."""
        definition = {
            name: {"all": [{"m": {"$and": list(tests)}}], "pri": _LAST if name == last else _FIRST}
            for name, tests in rules.items()
        }
        text = json.dumps(definition, ensure_ascii=False)
        try:
            handle = self._library.create_ruleset(f"r{len(self._texts)}", text)
        except durable_rules_engine.error as error:
            raise EngineFaultError(said("fault.refused", reason=error)) from None
        self._texts.append(text)
        self._handles.append(handle)
        return len(self._texts) - 1

    def close(self) -> None:
        """Deletes all rulesets; nothing can be run any more."""
        self._forget()

    def run(self, number: int, facts: str) -> list[str]:
        """Fills a ruleset's state with a batch of facts; what fired, each with its fact, as text.

        Raises EngineFaultError; the ruleset is then registered anew, for its state is not sound.
        """
        if self._thread != _thread.get_ident():
            raise EngineFaultError(said("fault.thread"))
        try:
            handle = self._handles[number]
        except IndexError:
            raise EngineFaultError(said("fault.closed")) from None
        library = self._library
        sound = False
        try:
            code, state = library.assert_facts(handle, facts)
            if code:
                raise EngineFaultError(said("fault.answer", code=code))
            started = library.start_action_for_state(handle, state)
            if started is None:
                raise EngineFaultError(said("fault.silent"))
            if started[0] != _STATE:
                raise EngineFaultError(said("fault.state"))
            fired = [started[1]]
            complete = library.complete_and_start_action
            while (message := complete(handle, state)) is not None:
                fired.append(message)
            library.delete_state(handle, _SID)
            sound = True
        except (durable_rules_engine.error, MemoryError) as error:
            reason = error or type(error).__name__
            raise EngineFaultError(said("fault.failed", reason=reason)) from None
        finally:
            if not sound:
                self._register_anew(number)
        return fired

    def _register_anew(self, number: int) -> None:
        self._library.delete_ruleset(self._handles[number])
        self._handles[number] = self._library.create_ruleset(f"r{number}", self._texts[number])


def _delete_all(library: Library, handles: list[int]) -> None:
    while handles:
        library.delete_ruleset(handles.pop())
