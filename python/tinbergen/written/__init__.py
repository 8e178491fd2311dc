"""Floor 1: what a user writes: a model and its parts, targets, scenarios, goals, outturns.

It imports `basics`.
"""
