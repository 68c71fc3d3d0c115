"""Changes of a text that keep what it does: one module per family, each a pure function of a snapshot."""
