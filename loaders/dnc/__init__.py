"""Do-not-call lists: the national registry, state lists, litigators; full lists and changes."""
