"""What no ready-made linter checks about our own files: check_tree.py [tests|layers|sizes|outside].

tests: every test file is imported by its package. layers: the engine imports nothing of the host, and
models nothing of the channels above them. sizes: files of at most 400 lines, functions of at most 70.
outside: what is installed names no other host and opens no connection: mail and SMS are the host's own affair,
and messages are posted where a member's own browser asked for them.
"""

import ast
import pathlib
import re
import subprocess
import sys

REPO = pathlib.Path(__file__).parent.parent
MAX_FILE, MAX_FUNCTION = 400, 70
SIZED = {".py", ".js", ".xml", ".scss", ".sh"}
# What is not loaded by a running shop.
NOT_INSTALLED = {"bench", "dev", "docs", "i18n", "tests"}
HOST = re.compile(r"(?:https?:|wss?:|[\"'(])//((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
OWN_HOSTS = re.compile(r"(^|\.)(example|example\.com|w3\.org)$")
MAY_CONNECT = {"models/club_device.py"}
CONNECTING = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib.request", "xmlrpc"}


def tracked():
    """Files that git knows or would add."""
    command = ["git", "-C", str(REPO), "ls-files", "-co", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:  # not a clone, but an unpacked archive
        return sorted(path for path in REPO.rglob("*") if path.is_file())
    return sorted(path for name in done.stdout.splitlines() if (path := REPO / name).is_file())


def imported(tree):
    """(level, dotted name, line) of each import of a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield from ((node.level, f"{base}.{alias.name}".lstrip("."), node.lineno) for alias in node.names)


def check_tests():
    init = REPO / "tests" / "__init__.py"
    tree = ast.parse(init.read_text() if init.exists() else "")
    names = {name for _level, name, _line in imported(tree)}
    for path in sorted((REPO / "tests").rglob("test_*.py")):
        if path.parent != init.parent or path.stem not in names:
            yield f"{path.relative_to(REPO)} is not imported by tests/__init__.py"


def check_layers():
    forbidden = {"engine": {"odoo", "models", "controllers", "wizards"}, "models": {"controllers", "wizards"}}
    for layer, above in forbidden.items():
        for path in sorted((REPO / layer).rglob("*.py")):
            for level, name, line in imported(ast.parse(path.read_text())):
                parts = name.removeprefix("odoo.addons.loyalty_club.").split(".")
                if parts[0] in above and (level or parts[0] == "odoo" or name != ".".join(parts)):
                    yield f"{path.relative_to(REPO)}:{line}: {layer}/ must not import {name}"


def check_sizes():
    for path in tracked():
        if path.suffix not in SIZED or path.is_relative_to(REPO / "static" / "lib"):
            continue
        text, name = path.read_text(), path.relative_to(REPO)
        if (lines := text.count("\n")) > MAX_FILE:
            yield f"{name} has {lines} lines, {MAX_FILE} at most"
        for node in ast.walk(ast.parse(text)) if path.suffix == ".py" else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = node.end_lineno - node.lineno + 1
                if length > MAX_FUNCTION:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines, {MAX_FUNCTION} at most"


def check_outside():
    for path in tracked():
        name = path.relative_to(REPO)
        if path.suffix not in SIZED | {".css", ".html"} or NOT_INSTALLED & set(name.parts) or name.parts[0][0] == ".":
            continue
        text = path.read_text()
        for found in HOST.finditer(text):
            if not OWN_HOSTS.search(found[1].lower()):
                yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: names another host, {found[1]}"
        is_looked_at = path.suffix == ".py" and name.as_posix() not in MAY_CONNECT
        for level, module, line in imported(ast.parse(text)) if is_looked_at else ():
            if not level and ({module, module.split(".")[0], ".".join(module.split(".")[:2])} & CONNECTING):
                yield f"{name}:{line}: opens connections by {module}"


CHECKS = {"tests": check_tests, "layers": check_layers, "sizes": check_sizes, "outside": check_outside}

if __name__ == "__main__":
    faults = [fault for name in sys.argv[1:] or CHECKS for fault in CHECKS[name]()]
    print("\n".join(faults))
    sys.exit(bool(faults))
