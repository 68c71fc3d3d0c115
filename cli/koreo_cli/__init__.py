"""The command line: `koreo check`, `koreo explain` and their like.

Each command is a module of its own in `commands`, imported only when it runs; what they print is made in
`formats` out of plain data. Exit status: 0 clean, 1 problems found, 2 could not run, 130 interrupted.
"""
