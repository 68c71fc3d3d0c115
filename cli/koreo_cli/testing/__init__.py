"""What `koreo test` does between its arguments and its report: choose tests, run them, remember, watch, compare."""
