"""`python -m contrib.shell` writes the manual pages and the completions into this folder, which setup.cfg installs."""

from __future__ import annotations

from pathlib import Path

from contrib.shell import completion, man

HERE = Path(__file__).parent


def made() -> dict[Path, str]:
    """What is in each file."""
    return {HERE / name: text for name, text in (man.pages() | completion.files()).items()}


def main() -> None:
    """Write all of them."""
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
