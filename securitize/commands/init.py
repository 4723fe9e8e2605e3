"""``securitize init DIRECTORY``."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path

import click

from securitize.base.errors import StorageError, UsageError, printable
from securitize.base.files import hidden_name, is_free
from securitize.base.messages import Message
from securitize.commands import options
from securitize.library import list_templates

DEFAULT_MODE = 0o777
TEMPLATES = " or ".join(", ".join(one.name for one in list_templates()).rsplit(", ", 1))


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "template",
    required=True,
    metavar="TEMPLATE",
    shell_complete=options.completion("template"),
    help=f"{TEMPLATES}.",
)
def command(directory: Path, template: str) -> None:
    """Start DIRECTORY as a complete deal of your own: deal.toml, pool/pool.toml, scenarios/.

    DIRECTORY must not exist yet, or be empty. It appears whole or not at all.
    """
    from securitize.library import template as find_template

    source = find_template(template)
    shown = printable(str(directory), 300)
    try:
        target = directory.resolve()
        if not is_free(target):
            raise UsageError(
                "{folder}: exists and is not an empty folder; name one that does not exist yet", folder=shown
            )
        if target == Path.cwd():
            raise UsageError("{shown}: is the folder you are in; name a folder inside it", shown=shown)
        _copy_whole(source, target)
    except (OSError, RuntimeError, ValueError) as error:
        reason = Message(getattr(error, "strerror", None) or str(error))
        raise StorageError("{shown}: cannot be made: {reason}", shown=shown, reason=reason) from None
    quoted = shlex.quote(str(directory))
    options.talk(
        "{directory}: a complete deal of your own from template {template}; edit its files",
        directory=directory,
        template=source.name,
    )
    options.talk("next: securitize validate {quoted}", quoted=quoted)
    options.talk("then: securitize run {quoted}", quoted=quoted)


def _copy_whole(source: Path, target: Path) -> None:
    """Copy beside the target and rename, so that a half-made folder is never seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=hidden_name(target.name, ".", more=8), dir=target.parent))
    try:
        # Contents alone: an installed template may be read-only, its copy is there to be edited.
        shutil.copytree(source, made / "whole", copy_function=shutil.copyfile)
        for folder, _, files in os.walk(made / "whole"):
            os.chmod(folder, DEFAULT_MODE & ~_umask())
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    os.fsync(file.fileno())
        os.replace(made / "whole", target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
