"""FunctionTests: compiled once, run in memory, reported exactly (language section 9)."""

from koreo_runtime.testing.suite import TestRun, find_tests, run_test, run_tests

__all__ = ["TestRun", "find_tests", "run_test", "run_tests"]
