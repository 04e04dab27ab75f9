"""How fast the server is, beside two IRC daemons: `python -m benchmarks`."""
