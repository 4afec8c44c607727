"""Tables of a live legacy MySQL or MariaDB, extracted into a file that is loaded like any other."""
