"""The demo company: two systems, eight weeks of exports with every kind of failure in them, and people to try it as."""
