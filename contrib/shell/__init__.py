"""What a shell and `man` are told of the two programs, made of their options: `python -m contrib.shell` writes it."""
