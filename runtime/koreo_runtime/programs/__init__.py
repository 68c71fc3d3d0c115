"""Documents compiled into immutable programs: what depends on the text alone is done here, once."""
