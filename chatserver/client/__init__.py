"""The bundled client: a line filter on a pipe, a prompt on a terminal. Knows nothing of the server but its protocol."""
