"""The language server: `ide` answers questions about a snapshot, `lsp` speaks the protocol."""
