"""A line-based TCP chat server on Twisted: telnet or netcat is client enough."""
