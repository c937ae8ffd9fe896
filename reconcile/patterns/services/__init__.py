"""Changing patterns: found by runs, named, split and merged by people."""
