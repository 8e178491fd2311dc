"""Floor 6: the report of a run, one file that is read without a server, a network or an installation."""
