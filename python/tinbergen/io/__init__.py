"""Floor 5: reading and writing: plan files, imported models, tables of a run, archived rounds.

It imports every room but `shell`.
"""
