"""Running Workflows (language section 8): the run itself, what it leaves on the trigger, and one pass over one."""
