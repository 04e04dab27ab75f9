"""The limits, and what a line costs."""

import ast
import inspect
import re
from itertools import pairwise
from pathlib import Path

import pytest

from chatserver.language.deeds import Deed
from chatserver.protocols.manners import COST, FLUSH_SECONDS, Manners, limits

OPERATING = Path(__file__).parents[2] / "docs" / "operating.rst"


def test_every_deed_has_its_cost():
    assert set(COST) == set(Deed)
    assert COST[Deed.NOTHING] == 0 < COST[Deed.ORDINARY] == sorted(COST.values())[1]


def test_a_stop_and_a_farewell_take_two_seconds():
    assert FLUSH_SECONDS == 2


@pytest.mark.parametrize("limit", limits(), ids=lambda limit: limit.name)
def test_a_limit_has_its_bounds_and_its_help(limit):
    assert limit.metadata["least"] <= limit.default <= limit.metadata["most"]
    assert limit.metadata["help"].endswith(".")


@pytest.mark.parametrize("limit", limits(), ids=lambda limit: limit.name)
def test_an_operator_can_read_of_each_limit(limit):
    rows = OPERATING.read_text().split("   * - ")
    (row,) = (row for row in rows if row.startswith(f"``--{limit.name.replace('_', '-')}``"))
    _, default, limited, because = re.split(r"\n     - ", row.strip())
    assert default == str(limit.default)
    assert limited == limit.metadata["help"][:1].lower() + limit.metadata["help"][1:].removesuffix(".")
    assert because.endswith(".")


def test_a_limit_has_its_reason_behind_it():
    (manners,) = (node for node in ast.parse(inspect.getsource(Manners)).body if isinstance(node, ast.ClassDef))
    for field, reason in pairwise(manners.body):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(reason, ast.Expr), field.target.id
            assert isinstance(reason.value.value, str)
    assert isinstance(manners.body[-1], ast.Expr)


def test_manners_are_values():
    assert Manners() == Manners(max_line=4096)
    with pytest.raises(AttributeError):
        Manners().pace = 1
