"""Runs what the analyzer understood: functions, Workflows and FunctionTests, without I/O of its own."""
