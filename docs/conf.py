"""How Sphinx makes pages of this folder: `sphinx-build -W docs docs/_build`."""

project = "chatserver"
project_copyright = "the chatserver authors"
exclude_patterns = ["_build"]
html_theme = "alabaster"
