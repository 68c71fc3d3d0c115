"""The door to a real Kubernetes API server; the only package that knows the `kubernetes` client."""
