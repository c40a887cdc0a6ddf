"""Mutation: which small changes of the rulebook does no worked case notice?"""

from engine.analysis.mutation.accepted import ACCEPTED_FILE, AcceptedSurvivor, load_accepted
from engine.analysis.mutation.catalogue import all_mutants, of_entries, sampled
from engine.analysis.mutation.mutant import ChangeKind, Mutant
from engine.analysis.mutation.report import report_csv, report_json, report_lines
from engine.analysis.mutation.run import MutationRun, run_mutants
from engine.analysis.mutation.trial import FailingCasesError, Trial, Verdict

__all__ = [
    "ACCEPTED_FILE",
    "AcceptedSurvivor",
    "ChangeKind",
    "FailingCasesError",
    "Mutant",
    "MutationRun",
    "Trial",
    "Verdict",
    "all_mutants",
    "load_accepted",
    "of_entries",
    "report_csv",
    "report_json",
    "report_lines",
    "run_mutants",
    "sampled",
]
