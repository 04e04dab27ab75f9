"""Text comes through roff as it is."""

import re
import shutil
import subprocess
from itertools import product

import pytest

from contrib.shell.roff import bold, example, filled, italic, item, section, title
from tests.processes import LIMIT

READERS = {"mandoc": ["mandoc", "-Tutf8"], "groff": ["groff", "-man", "-Tutf8", "-P-cbou"]}
SPECIAL = "ab.'\\\"-`^~[]=:;%"
TEXTS = [f"{one}{two} {one}x{two}" for one, two in product(SPECIAL, repeat=2)]


def shown(reader, *roff):
    if not shutil.which(reader):
        pytest.skip(f"{reader} is not installed")
    page = title("x", "y") + section("texts", *roff) + section("end")
    run = subprocess.run(READERS[reader], input=page, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert run.stderr == ""
    text = re.sub(".\b", "", run.stdout)  # bold and underlined by overstriking
    return text.partition("TEXTS\n")[2].partition("END\n")[0].split()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "made",
    [filled, lambda text: f"{bold(text)}\n", lambda text: f"{italic(text)}\n", lambda text: item("x", text), example],
)
def test_any_text_is_shown_as_it_is(reader, made):
    words = [word for text in TEXTS for word in made(text).startswith(".TP") * ["x"] + text.split()]
    assert shown(reader, *map(made, TEXTS)) == words


def test_lines_of_the_source_are_short():
    assert max(map(len, filled("more words than fit into one line " * 9).splitlines())) <= 80
