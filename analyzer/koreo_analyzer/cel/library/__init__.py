"""The functions that expressions can call, by subject: rows of the table and what runs them."""
