"""The tests: a file for each source file, found by the same name."""
