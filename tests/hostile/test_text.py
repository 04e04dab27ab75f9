"""Text that could move, hide or break what somebody else reads."""

import pytest

CLEAR, TITLE = "\x1b[2J\x1b[H", "\x1b]0;mine\x07"
HARMFUL = {
    "escape sequence": CLEAR,
    "window title": TITLE,
    "C1": "\x9b31m\x85",
    "bidi": "\u202e\u2066\u200f",
    "line separators": "\u2028\u2029\x0b\x0c",
    "other controls": "\x00\x1c\x03\x7f",
    "invisible": "\u200b\u2060\ufeff\u00ad",
}
HARMLESS = ["👋🏽 🏳️‍🌈 👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "می‌خواهم", "Zoë Åström 你好", "{0} %s \\x1b"]
INVALID = {
    b"\xc3": "�",
    b"\xc0\xaf": "��",
    b"\xed\xa0\x80": "���",
    b"\xf5\x80\x80\x80": "����",
    b"\xf0\x9f\x98": "�",
    b"\x80": "�",
    b"\xffa": "�a",
    b"\xff\xff": "�",
    b"\xfe": "�",
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
def test_nothing_harmful_reaches_anybody_or_the_log(host, pair, text):
    ann, bob = pair
    lines = [f"x{text}y", f"/dm bob {text}z", f"/bc {text}z", f"/me {text}z", f"/say {text}z", f"//{text}z"]
    errors = [f"/{text}z", f"/dm {text}z hi", f"/connect {text}z", f"/help {text}z", f"/nick {text}z", f"/away {text}z"]
    told = ann.told(*lines, *errors, f"/whois {text}z", f"/ping {text}z", f"{text}/z")
    heard = bob.told()
    assert len(heard) == len(lines) + 1
    assert all(line.startswith(("ann: ", "ann (direct): ", "ann (all): ", "* ann ")) for line in heard)
    assert all(line.startswith("(server): ") for line in told)
    assert all(line.isprintable() for line in heard + told)
    with host.guest() as stranger:
        refused = stranger.told(f"a{text}", text, f"{text}a")
        assert all(line.isprintable() and line.startswith("(server): ") for line in refused)
    assert all(line.isprintable() for line in host.log.text.split("\n"))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_write_arrives_as_it_is(pair, text):
    ann, bob = pair
    ann.type(text, f"/dm bob {text}")
    assert bob.told() == [f"ann: {text}", f"ann (direct): {text}"]


@pytest.mark.parametrize(("data", "shown"), INVALID.items())
def test_what_is_not_utf_8_is_marked_and_nothing_else_is_lost(pair, data, shown):
    ann, bob = pair
    ann.send(b"a " + data + b" z\n")
    assert bob.told() == [f"ann: a {shown} z"]


def test_what_is_said_is_not_in_the_log(host, pair):
    pair[0].told("a secret", "/dm bob a secret", "/bc a secret", "/secret", "/nick secret", "/away secret")
    assert "secret" not in host.log.text


def test_a_byte_order_mark_and_backspaces(pair):
    ann, bob = pair
    ann.send("\ufeffhellp\bo\n".encode())
    assert bob.told() == ["ann: hello"]
