"""Floor 7: the command ``tinbergen``, a module for each command: `register` adds it.

It imports every room.
"""
