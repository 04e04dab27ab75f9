"""Tests of `chatserver.domain`."""
