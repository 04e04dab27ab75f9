"""Tests of `chatserver.language`."""
