"""A docstring says the rule, not only its code: whoever reads the function need not look the code up."""

from __future__ import annotations

import ast
import re

from tests.packaging.tree import ROOT, code_files

_CODES = re.compile(r"SEC\d{3}\b")


def test_no_docstring_begins_with_a_code() -> None:
    bare = []
    for file in code_files():
        if file.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                    text = ast.get_docstring(node) or ""
                    if _CODES.match(text):
                        bare.append(f"{file}: {text[:60]}")
    assert not bare, f"say what must hold, the code in brackets: {bare}"
