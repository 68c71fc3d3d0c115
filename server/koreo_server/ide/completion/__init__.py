"""What can be written at a cursor."""
