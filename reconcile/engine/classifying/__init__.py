"""Why records differ: the mismatches of a run classified by cause (§6), grouped, and where each group concentrates.

Nothing here knows the name of a column, a system or a word: what is asked names them, and the data says the rest.
"""
