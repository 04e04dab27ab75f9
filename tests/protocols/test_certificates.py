"""Which certificates there are, and which of them serves whom."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, strategies as st

from chatserver.protocols.certificates import CertifiedKey, Choice, certified_keys
from chatserver.protocols.pem import Pem
from tests.certificates import DAY, NOW, Issued

ROOT = Issued(subject="root")
MIDDLE = Issued(subject="middle", issuer=ROOT)


def pem(*issued, keys=True):
    return Pem(tuple(one.certificate for one in issued), tuple(one.key for one in issued) if keys else ())


def made(*issued):
    """What is made of them, in one file."""
    return certified_keys({"all.pem": pem(*issued)})[0]


def chosen(choice, name, now=NOW):
    return choice.choose(name, now).certificate


def test_keys_and_certificates_find_each_other_wherever_they_are():
    one, other = Issued("one.example"), Issued("other.example")
    contents = {
        "keys.pem": Pem((), (one.key, other.key)),
        "certificates.pem": Pem((other.certificate, one.certificate), ()),
    }
    keys, troubles = certified_keys(contents)
    assert [(key.certificate, key.names, key.path) for key in keys] == [
        (one.certificate, ("one.example",), "keys.pem"),
        (other.certificate, ("other.example",), "keys.pem"),
    ]
    assert troubles == []


def test_a_key_that_fits_no_certificate_is_named_and_the_others_serve():
    one, other = Issued("one.example"), Issued("other.example")
    keys, troubles = certified_keys({"a.pem": pem(one), "b.pem": Pem((), (other.key,))})
    assert [key.certificate for key in keys] == [one.certificate]
    assert troubles == ["the key in 'b.pem' fits no certificate"]


def test_a_certificate_without_its_key_serves_nobody():
    assert certified_keys({"a.pem": pem(ROOT, keys=False)}) == ([], [])


def test_the_chain_goes_up_to_the_root_in_order_whatever_the_order_is():
    stranger = Issued(subject="middle", days=9)  # another authority of the same name
    leaf = Issued("one.example", issuer=MIDDLE, subject="leaf")
    issuers = pem(stranger, ROOT, MIDDLE, keys=False)
    (key,), _ = certified_keys({"a.pem": pem(leaf), "b.pem": issuers})
    assert key.chain == (MIDDLE.certificate, ROOT.certificate)


def test_of_two_certificates_of_an_authority_the_chain_has_the_one_that_lasts_longer():
    renewed = Issued(subject="middle", issuer=ROOT, key=MIDDLE.key, days=9)
    leaf = Issued("one.example", issuer=MIDDLE, subject="leaf")
    for issuers in ([MIDDLE, renewed], [renewed, MIDDLE]):
        (key,), _ = certified_keys({"a.pem": pem(leaf), "b.pem": pem(*issuers, keys=False)})
        assert key.chain == (renewed.certificate,)


def test_who_signs_for_themselves_needs_no_chain():
    first = Issued("one.example")
    second = Issued("one.example", key=first.key, days=3)
    assert [key.chain for key in made(first, second)] == [()] * len(made(first, second))


def test_a_chain_that_goes_round_ends():
    one, other = Issued(subject="one"), Issued(subject="other")
    crossed = Issued(subject="one", issuer=other, key=one.key)
    crossed_back = Issued(subject="other", issuer=one, key=other.key)
    leaf = Issued("one.example", issuer=one, subject="leaf")
    (key,), _ = certified_keys({"a.pem": pem(leaf), "b.pem": pem(crossed, crossed_back, keys=False)})
    assert key.chain == (crossed.certificate, crossed_back.certificate)


def test_names_are_hosts_in_lower_case_and_addresses():
    (key,) = made(Issued("One.Example", "*.two.example", "192.0.2.1", "2001:DB8:0::1"))
    assert key.names == ("one.example", "*.two.example", "192.0.2.1", "2001:db8::1")


def test_a_certificate_with_a_key_that_nobody_knows_is_passed_over():
    broken = Issued("one.example").certificate_pem
    der = x509.load_pem_x509_certificate(broken).public_bytes(Encoding.DER)
    curve = bytes.fromhex("06082a8648ce3d030107")
    unknown = x509.load_der_x509_certificate(der.replace(curve, curve[:-1] + b"\x63"))
    one = Issued("one.example")
    keys, troubles = certified_keys({"a.pem": pem(one), "b.pem": Pem((unknown,), ())})
    assert [key.certificate for key in keys] == [one.certificate]
    assert troubles == []


def test_the_name_that_is_asked_for_decides():
    one, other = Issued("one.example", "also.example"), Issued("other.example", "192.0.2.1")
    choice = Choice(made(one, other))
    assert chosen(choice, "one.example") == chosen(choice, "also.example") == one.certificate
    assert chosen(choice, "other.example") == chosen(choice, "192.0.2.1") == other.certificate


def test_a_wildcard_stands_for_one_word():
    first, wild = Issued("*.a.example"), Issued("*.chat.example")
    choice = Choice(made(wild, first))
    assert chosen(choice, "x.chat.example") == wild.certificate
    assert chosen(choice, "x.y.chat.example") == chosen(choice, "chat.example") == first.certificate


def test_of_several_the_valid_one_that_lasts_longest():
    old = Issued("one.example", start=NOW - 9 * DAY, days=8)
    short, long = Issued("one.example", days=3), Issued("one.example", days=5)
    later = Issued("one.example", start=NOW + 3 * DAY, days=9)
    choice = Choice(made(old, long, later, short))
    assert chosen(choice, "one.example") == long.certificate
    assert chosen(choice, "one.example", NOW + 3.5 * DAY) == later.certificate
    assert chosen(choice, "one.example", NOW - 2 * DAY) == old.certificate


def test_one_that_has_expired_is_better_than_one_for_somebody_else():
    old = Issued("one.example", start=NOW - 9 * DAY, days=8)
    choice = Choice(made(old, Issued("other.example")))
    assert chosen(choice, "one.example") == old.certificate


def test_a_wildcard_serves_when_the_one_for_the_very_name_has_expired():
    old, wild = Issued("one.example", start=NOW - 9 * DAY, days=8), Issued("*.example")
    assert chosen(Choice(made(old, wild)), "one.example") == wild.certificate


def test_who_asks_for_something_else_gets_the_first_name_that_is_valid():
    nameless = Issued(days=99)
    old = Issued("*.a.example", start=NOW - 9 * DAY, days=8)
    first, second = Issued("b.example"), Issued("*.c.example", days=99)
    choice = Choice(made(second, nameless, old, first))
    assert chosen(choice, "x.example") == first.certificate
    assert chosen(choice, "x.example", NOW - 2 * DAY) == old.certificate
    assert chosen(choice, "x.example", NOW + 999 * DAY) == old.certificate
    assert chosen(Choice(made(nameless)), "x.example") == nameless.certificate


def test_names_that_are_no_longer_there_are_as_they_were():
    one, other, renewed = Issued("one.example", days=9), Issued("other.example"), Issued("one.example", days=3)
    choice = Choice(made(renewed), Choice(made(one, other)))
    assert chosen(choice, "one.example") == renewed.certificate
    assert chosen(choice, "other.example") == other.certificate
    assert choice.kept == {"other.example"}
    assert {key.certificate for key in choice.in_use} == {renewed.certificate, other.certificate}


POOL = [
    Issued(*names, start=NOW + start * DAY, days=days)
    for names in [("a.example",), ("b.example", "*.example"), ()]
    for start in (-5, -1)
    for days in (3, 7)
]


@given(st.lists(st.sampled_from(POOL), min_size=1, unique=True), st.sampled_from(["a.example", "b.example", "x.y"]))
def test_whoever_can_be_served_with_a_valid_one_for_the_name_is(issued, name):
    certificate = chosen(Choice(made(*issued)), name)
    wildcard = "*." + name.partition(".")[2]

    def rank(one):
        is_valid = one.certificate.not_valid_before_utc <= NOW <= one.certificate.not_valid_after_utc
        is_own = {name, wildcard} & set(one.names)
        return (bool(is_own), is_valid)

    best = max(map(rank, issued))
    (one,) = [one for one in issued if one.certificate == certificate]
    assert rank(one) == best
    lasting = [other.certificate.not_valid_after_utc for other in issued if rank(other) == best]
    assert not best[0] or certificate.not_valid_after_utc == max(lasting)


def test_it_is_valid_from_its_first_to_its_last_moment():
    (key,) = made(Issued("one.example", start=NOW.replace(microsecond=0), days=1))
    assert isinstance(key, CertifiedKey)
    start, end = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    assert [key.is_valid(now) for now in (start, end)] == [True, True]
    assert [key.is_valid(now) for now in (start - timedelta(seconds=1), end + timedelta(seconds=1))] == [False, False]
