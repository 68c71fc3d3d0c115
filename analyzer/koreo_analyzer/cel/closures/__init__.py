"""Turns trees into closures: one Python function per node that takes the environment and returns a value.

Chosen over an interpreter of the tree and over generated Python source: closures are exact, know where they
came from, cost a call each, and are made in microseconds. What is known when they are made (literals, names
of fields, the number of arguments) is decided then and not at each run.
"""
