"""Data: the schemas of the built-in Kubernetes kinds, written by tools/generate_builtin_schemas.py.

The analyzer touches no disk: `koreo_project.schemas` opens the file and hands it in.
"""
