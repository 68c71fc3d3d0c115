"""The YAML layer: positioned trees of documents, sound or broken, and Kubernetes' reading of them."""
