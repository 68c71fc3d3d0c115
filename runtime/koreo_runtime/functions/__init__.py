"""Running ValueFunctions and ResourceFunctions (language sections 4 to 7)."""
