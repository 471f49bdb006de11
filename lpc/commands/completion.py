"""`lpc completion`."""

from __future__ import annotations

import click

from lpc.commands.common import emit


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and files in a SHELL.

    \b
    bash:  eval "$(lpc completion bash)"                 in ~/.bashrc
    zsh:   eval "$(lpc completion zsh)"                  in ~/.zshrc
    fish:  lpc completion fish | source                  in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"there is no completion for {shell}")
    emit(kind(ctx.find_root().command, {}, "lpc", "_LPC_COMPLETE").source() + "\n", None)
