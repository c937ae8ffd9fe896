"""How fast and how large: the engine beside a bare scan and what a user would otherwise pick, all in one run."""
