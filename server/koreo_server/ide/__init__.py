"""Editor features as pure functions of a snapshot, a file and an offset. They know nothing of the protocol."""
