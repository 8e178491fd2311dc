"""Floor 2: what comes out of a run: runs, ensembles, notes, and their charts as methods.

It imports `basics` and `written`.
"""
