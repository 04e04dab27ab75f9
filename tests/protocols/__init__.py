"""Tests of `chatserver.protocols`."""
