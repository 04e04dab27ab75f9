"""Floor 2: bytes to text and text to bytes. Knows sockets, and nothing of what a command means."""
