"""Tests of `chatserver.client`."""
