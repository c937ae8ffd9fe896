"""Which side wins: the ownership rules of a run's fields over all its mismatches at once.

What a rule comes to is said by ``deciding``; here it is only asked as seldom as can be.
"""
