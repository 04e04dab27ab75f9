"""Who is here: by name and by id."""

from chatserver.domain.register import Register
from chatserver.domain.session import new_user
from tests.people import Ear


def somebody():
    return new_user(Ear(), None, lambda: 0.0)


def test_found_by_name_in_any_case_and_by_id():
    register, alice = Register(), somebody()
    register.add(alice, "Alice")
    assert (alice.id, alice.name) == (1, "Alice")
    assert register.find("aLICE") is register.find("1") is register.named("alice") is alice


def test_what_is_not_here_is_not_found():
    register = Register()
    register.add(somebody(), "alice")
    for wanted in ("bob", "2", "01", "-1", "", "9" * 5000, "٣"):
        assert register.find(wanted) is None
    assert register.named("1") is None


def test_an_id_is_never_used_again():
    register, first, second = Register(), somebody(), somebody()
    register.add(first, "alice")
    assert register.remove(first)
    register.add(second, "alice")
    assert second.id == 2
    assert register.find("1") is None
    assert register.find("alice") is second


def test_removing_twice_or_a_stranger_is_no_matter():
    register, alice = Register(), somebody()
    assert not register.remove(alice)
    register.add(alice, "alice")
    assert register.remove(alice)
    assert not register.remove(alice)
    assert len(register) == 0


def test_a_new_name_frees_the_old_one_and_keeps_the_id():
    register, alice, other = Register(), somebody(), somebody()
    register.add(alice, "alice")
    register.rename(alice, "ALICE")
    assert register.find("alice") is alice
    register.rename(alice, "zoe")
    assert register.find("alice") is None
    assert register.find("1") is register.find("zoe") is alice
    register.add(other, "alice")
    assert register.find("alice") is other


def test_in_the_order_of_ids_also_after_renaming():
    register, users = Register(), [somebody() for _ in range(3)]
    for user, name in zip(users, "abc", strict=True):
        register.add(user, name)
    register.rename(users[0], "z")
    assert list(register) == users
    assert register.clear() == users
    assert len(register) == 0
    assert register.find("z") is None
