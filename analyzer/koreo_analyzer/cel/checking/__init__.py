"""What the static checker says of each form of expression: a module for each family of forms."""
