"""`linewatch completion`: print a script that completes commands and options in a shell."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Run one of these lines once, then open a new shell:

    \b
      echo 'eval "$(linewatch completion bash)"' >> ~/.bashrc
      echo 'eval "$(linewatch completion zsh)"' >> ~/.zshrc
      linewatch completion fish > ~/.config/fish/completions/linewatch.fish
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(context.find_root().command, {}, "linewatch", "_LINEWATCH_COMPLETE").source())
