"""What pyproject.toml lists against what the checkout holds."""

from __future__ import annotations

from pathlib import Path

from tests.packaging.tree import DATA_FOLDERS, DATA_SUFFIXES, ROOT, code_files, data_files, project


def test_every_folder_with_python_is_listed_as_a_package() -> None:
    code = {str(Path(file).parent).replace("/", ".") for file in code_files() if file.endswith(".py")}
    data = {f"securitize.library.{folder}" for folder in DATA_FOLDERS}
    listed = project()["tool"]["setuptools"]["packages"]
    missing, gone = sorted((code | data) - set(listed)), sorted(set(listed) - code - data)
    assert not missing, f"add to [tool.setuptools] packages in pyproject.toml: {missing}"
    assert not gone, f"remove from [tool.setuptools] packages in pyproject.toml: {gone}"
    assert listed == sorted(listed), "keep [tool.setuptools] packages sorted"


def test_every_package_has_an_init() -> None:
    files = set(code_files())
    folders = {Path(file).parent for file in files if file.endswith(".py")}
    assert not [str(folder) for folder in folders if f"{folder}/__init__.py" not in files]


def test_program_holds_only_code_and_known_data() -> None:
    known = {".py", ".css", *DATA_SUFFIXES}
    assert [file for file in code_files() if Path(file).suffix not in known] == ["securitize/py.typed"]


def test_data_folders_hold_only_data() -> None:
    assert not [file for file in data_files() if Path(file).suffix not in DATA_SUFFIXES]


def test_no_data_folder_stands_where_installed_data_goes() -> None:
    library = ROOT / "securitize" / "library"
    assert not [folder for folder in DATA_FOLDERS if (library / folder).exists()]
