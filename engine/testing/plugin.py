"""The pytest plugin: `pytest --rulebook FOLDER` tries the laws on the rulebook of a folder.

Without the option nothing but this file is read, so it costs a run of pytest nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from engine.testing.laws import Law, RulebookUnderTest

__all__ = ["RulebookFolder", "RulebookLaw"]

_EXAMPLES = 100
_FOLDERS = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rulebook FOLDER` and `--rulebook-examples N`."""
    group = parser.getgroup("rulebook", "rulebooks of tilsynstryk")
    group.addoption(
        "--rulebook",
        action="append",
        default=[],
        metavar="FOLDER",
        help="try the laws that every rulebook must keep on the rulebook of a folder; "
        "without a path to tests, on nothing else (may be given several times)",
    )
    group.addoption(
        "--rulebook-examples",
        type=int,
        default=_EXAMPLES,
        metavar="N",
        help=f"how many cases to try a law on (default {_EXAMPLES}; the same ones on every run)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Puts the rulebooks among what pytest collects."""
    given = [Path(folder) for folder in config.getoption("--rulebook")]
    if not given:
        return
    if config.getoption("--rulebook-examples") < 1:
        raise pytest.UsageError("--rulebook-examples: give a number from 1 on")
    missing = [folder for folder in given if not folder.is_dir()]
    if missing:
        raise pytest.UsageError(f"--rulebook {missing[0]}: there is no such folder")
    folders = [(config.invocation_params.dir / folder).resolve() for folder in given]
    config.stash[_FOLDERS] = folders
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    others = list(config.args) if named else []
    config.args[:] = [*others, *(str(f) for f in folders if str(f) not in others)]


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A rulebook's folder as its laws; any other folder is pytest's own affair."""
    if path in parent.config.stash.get(_FOLDERS, []):
        folder: RulebookFolder = RulebookFolder.from_parent(parent, path=path)
        return folder
    return None


class RulebookFolder(pytest.Directory):
    """A rulebook: an item for each of its laws. One that does not load has that item only."""

    _under: RulebookUnderTest | None = None

    def collect(self) -> Iterator[RulebookLaw]:
        """The laws, in the order in which a reader meets them."""
        from engine.testing.laws import (
            RulebookUnderTest,
            laws_of,
            loaded,
            loads_law,
            scenario_law,
        )

        laws = [loads_law(self.path)]
        book = loaded(self.path)
        if book is not None:
            self._under = RulebookUnderTest(book)
            laws += [*laws_of(self._under), *scenario_law(self.path)]
        for law in laws:
            yield RulebookLaw.from_parent(self, name=law.name, law=law)

    def teardown(self) -> None:
        """Lets go of what the case engine holds."""
        if self._under is not None:
            self._under.close()


class RulebookLaw(pytest.Item):
    """One law of one rulebook."""

    def __init__(self, *, law: Law, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.law = law

    def runtest(self) -> None:
        """Tries the law on as many cases as were asked for."""
        from hypothesis import HealthCheck, Phase, settings

        self.law.hold(
            settings(
                settings(),
                max_examples=self.config.getoption("--rulebook-examples"),
                deadline=None,
                database=None,
                derandomize=True,
                report_multiple_bugs=False,
                print_blob=False,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What a broken law says; anything else is a fault of the program and shown as such."""
        from engine.testing.laws import LawBroken

        if isinstance(excinfo.value, LawBroken):
            return "\n".join(excinfo.value.lines())
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Folder and law, as the report's heading."""
        return self.path, None, f"{self.path.name}: {self.law.says}"
