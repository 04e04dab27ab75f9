"""Random people with random faults, everything that they sent and read, and a checker of what must hold of it."""
