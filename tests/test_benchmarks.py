"""The benchmark tells the truth: the load generator sees what goes wrong, and the report says what is missed."""

import json
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from benchmarks.alone import Own
from benchmarks.report import Row, picture, table
from benchmarks.servers import OURS, PEERS
from benchmarks.works import WORKS, Figure
from tests.processes import LIMIT, ROOT, server

WRONG = ("lost", "ahead", "again", "strange")


@pytest.fixture(scope="module")
def loadgen(tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    program = tmp_path_factory.mktemp("loadgen") / "loadgen"
    subprocess.run(["cc", "-O1", "-Wall", "-Werror", "-o", program, ROOT / "benchmarks/loadgen.c"], check=True)

    def run(port, words, options, message):
        command = [program, "--port", str(port), *OURS.words["log in"], *OURS.words[words], *options.split()]
        done = subprocess.run([*command, "--message", message], capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


PAIRS = "--mode pairs --users 8 --senders 4 --window 1 --number 40 --patience 1"


@pytest.mark.parametrize(
    ("words", "options", "message", "delivered"),
    [
        ("all", "--mode fanout --users 7 --senders 3 --window 2 --number 20", r"/bc %m\n", 3 * 20 * 6),
        ("all", "--mode fanout --users 3 --senders 2 --rate 500 --number 20", r"/bc %m\n", 2 * 20 * 2),
        ("pair", PAIRS, r"%m\n", 2 * 4 * 40),
        ("direct", PAIRS, r"/dm %p %m\n", 2 * 4 * 40),
        ("direct", "--users 5", "%m", 0),
    ],
)
def test_a_sound_server_delivers_all(tmp_path, loadgen, words, options, message, delivered):
    with server(tmp_path) as (_, port):
        result = loadgen(port, words, options, message)
    assert [result["delivered"], *(result[wrong] for wrong in WRONG)] == [delivered, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("fault", "seen", "never"),
    [("lose", {"lost"}, {"again"}), ("double", {"again"}, {"lost", "ahead"}), ("reorder", {"ahead", "again"}, set())],
)
def test_a_broken_server_is_seen(tmp_path, loadgen, fault, seen, never):
    with server(tmp_path, fault=fault) as (_, port):
        result = loadgen(port, "pair", PAIRS.replace("--window 1", "--rate 500"), r"%m m1\n")
    wrong = {name for name in WRONG if result[name]}
    assert wrong >= seen
    assert not wrong & never


MORE = Figure("speed", "lines/s", None, 1, {"ngircd": 2.0, "inspircd": 0.5})
LESS = Figure("delay", "ms", None, -1, {"ngircd": 0.5})
ROWS = [
    Row(MORE, {"chatserver": 3_000_000, "ngircd": 2_000_000, "inspircd": 1234}),
    Row(LESS, {"chatserver": 1.0, "ngircd": 2.5}),
]


def test_the_table_says_what_is_missed():
    text = table(ROWS, [Own("small", 1, 2), Own("large", 3_000, 2_000)])
    for cell in ("3 M", "1.23 k", "1.50 (at least 2: missed)", "0.40 (at most 0.5)", "3 k (missed)"):
        assert f"- {cell}\n" in text
    assert text.count("missed") == 2
    assert "- -\n" in text


def test_the_picture_has_a_bar_for_each_number():
    svg = ElementTree.fromstring(picture(ROWS))
    bars = [float(bar.get("width")) for bar in svg.findall(".//{*}rect[@x]")]
    assert len(bars) == 5
    assert bars[0] / bars[1] == pytest.approx(1.5, 0.01)


def test_each_work_has_words_that_all_servers_know():
    for work in WORKS:
        for server_ in (OURS, *PEERS):
            assert set(work.words) <= set(server_.words)
