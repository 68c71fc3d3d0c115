"""What the server knows: open texts, workspaces, folders on the disk. It knows nothing of the protocol."""
