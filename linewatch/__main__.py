"""`python -m linewatch COMMAND`: the commands, each imported only when it is run."""

import os
from importlib import import_module

import click

COMMANDS = {
    "demo": "linewatch.commands.demo:demo",
    "up": "linewatch.commands.up:up",
    "down": "linewatch.commands.down:down",
    "key": "linewatch.commands.key:key",
    "publish": "linewatch.commands.publish:publish",
    "samples": "linewatch.commands.samples:samples",
    "camera": "linewatch.commands.camera:camera",
    "train": "linewatch.commands.train:train",
    "evaluate": "linewatch.commands.evaluate:evaluate",
    "detect": "linewatch.commands.detect:detect",
    "threshold": "linewatch.commands.threshold:threshold",
    "evaluate-all": "linewatch.commands.evaluate_all:evaluate_all",
    "dead-letters": "linewatch.commands.dead_letters:dead_letters",
    "audit": "linewatch.commands.audit:audit",
    "trace": "linewatch.commands.trace:trace",
    "loadtest": "linewatch.commands.loadtest:loadtest",
    "bench": "linewatch.commands.bench:bench",
    "scale": "linewatch.commands.scale:scale",
    "schemas": "linewatch.commands.schemas:schemas",
    "package": "linewatch.commands.package:package",
    "deploy": "linewatch.commands.deploy:deploy",
}


# Training runs on threads of its own: a matrix product that starts more of them makes both slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class LazyGroup(click.Group):
    """A group whose commands are found by name in `COMMANDS`, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Linewatch inspects products on a production line."""


if __name__ == "__main__":
    main(prog_name="python -m linewatch")
