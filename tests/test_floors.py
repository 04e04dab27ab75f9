"""Imports point down only: a floor knows those below it and never those above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLIENT = "chatserver.client"
SERVER = [path.stem for path in (ROOT / "chatserver").glob("*.py")]
HIGHEST = ("__main__", "foreground", "tap")
FLOORS = dict.fromkeys(SERVER, 3) | {"domain": 0, "language": 1, "protocols": 2} | dict.fromkeys(HIGHEST, 4)
SOURCES = sorted(path.relative_to(ROOT) for path in (ROOT / "chatserver").rglob("*.py"))


def is_client(module):
    """The client is a house of its own: nothing there imports the server, nothing in the server imports it."""
    return module.split(".")[:2] == CLIENT.split(".")


def floor_of(module):
    """A module's floor; the package itself is on none."""
    parts = module.split(".")
    return FLOORS[parts[1]] if len(parts) > 1 else None


def imports(path):
    """The names of the modules that a file imports."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            if node.module == "chatserver":
                yield from (f"chatserver.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_imports_point_down(path):
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    for imported in imports(path):
        if imported.startswith("chatserver."):
            assert is_client(imported) == is_client(module), f"{module} must not know {imported}"
        if imported.startswith("chatserver.") and not is_client(module):
            assert floor_of(imported) <= floor_of(module), f"{module} must not know {imported}"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[1] in ("domain", "language")], ids=str)
def test_domain_and_language_know_no_twisted_and_no_clock(path):
    assert not {name.split(".")[0] for name in imports(path)} & {"twisted", "zope", "time", "socket", "asyncio"}


def test_only_the_plugin_directory_has_no_init():
    assert not (ROOT / "twisted" / "__init__.py").exists()
    assert not (ROOT / "twisted" / "plugins" / "__init__.py").exists()
    for directory in {path.parent for path in SOURCES}:
        init = ast.parse((ROOT / directory / "__init__.py").read_text())
        assert [type(node) for node in init.body] == [ast.Expr], f"{directory}/__init__.py holds a docstring only"


def test_files_are_short():
    for path in ROOT.glob("chatserver/**/*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_logger_is_made_once(path):
    """As an attribute of a class it would be made anew each time that it is looked up."""
    tree = ast.parse((ROOT / path).read_text())
    made = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Logger"}
    assert made <= {node.lineno for node in tree.body}
