"""From what the user named to a simulated cluster in which a Workflow can run."""
