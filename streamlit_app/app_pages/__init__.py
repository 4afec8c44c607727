"""One module per page: it arranges what `queries` reads and `ui` formats; no SQL, no rule."""
