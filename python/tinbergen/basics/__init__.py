"""Floor 0: what every room speaks in: periods, tables, texts, settings, files.

It imports no other room.
"""
