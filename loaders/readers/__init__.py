"""Readers: one module per kind of source, each of which yields numbered chunks of text records."""
