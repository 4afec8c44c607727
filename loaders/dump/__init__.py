"""SQL dumps, read as a stream and never executed: rows of tables out of INSERT statements."""
