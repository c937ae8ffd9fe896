"""The tables of these pages."""
