"""What a Kubernetes API server does, simulated: objects in memory that behave as they would in a cluster."""
