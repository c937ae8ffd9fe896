"""Two systems of a business over eight weeks: who edits what, which messages are lost, and what is true in the end.

Nothing here knows how causes are found: the truth is written down from what happened, never from comparing exports.
``python -m tests.simulation`` runs every business through the engine and says how often it was right.
"""
