"""``securitize completion SHELL``."""

from __future__ import annotations

import click

#: Set by the script while the shell asks for completions.
VARIABLE = "_SECURITIZE_COMPLETE"


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script with which SHELL completes commands, options and the names of deals, scenarios and templates.

    SHELL is bash, zsh or fish.

    bash: securitize completion bash > ~/.local/share/bash-completion/completions/securitize.
    zsh: securitize completion zsh, into a folder of fpath as _securitize.
    fish: securitize completion fish > ~/.config/fish/completions/securitize.fish.
    """
    from click.shell_completion import get_completion_class

    group = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None
    # Not source(): it starts a shell to look at its version; the script says itself what it needs.
    script = kind(group, {}, "securitize", VARIABLE)
    click.echo(script.source_template % script.source_vars())


def answer(group: click.Group, instruction: str) -> int:
    """Answer what the shell asks of the commands in ``group``; returns the exit code."""
    from click.shell_completion import shell_complete

    return shell_complete(group, {}, "securitize", VARIABLE, instruction)
