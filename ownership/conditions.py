"""What is odd about a list of conditions: some contradict each other, some can never be reached."""
