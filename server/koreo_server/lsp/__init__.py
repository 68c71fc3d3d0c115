"""The Language Server Protocol: decodes a message, asks `ide` or the workspace, encodes the answer."""
