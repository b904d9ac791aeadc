"""`linewatch COMMAND`, or `python -m linewatch COMMAND`: the commands by heading, each imported only when it runs."""

import os
import warnings
from typing import Any

import click

from linewatch.commands.failures import Reporting
from linewatch.commands.lazy import LazyGroup

SECTIONS = {
    "Run": {
        "demo": ("linewatch.commands.demo:demo", "Show all of Linewatch on this computer"),
        "up": ("linewatch.commands.up:up", "Start a local AWS with Linewatch on it"),
        "down": ("linewatch.commands.down:down", "Stop the local AWS and keep its state"),
        "camera": ("linewatch.commands.camera:camera", "Send a folder of images and get their verdicts"),
    },
    "Train": {
        "samples": ("linewatch.commands.samples:samples", "Draw sample images of a machined part"),
        "train": ("linewatch.commands.train:train", "Train a detector on a folder of images"),
        "detect": ("linewatch.commands.detect:detect", "Inspect image files with a model file"),
        "project": ("linewatch.commands.project:project", "Create, list, show and delete projects"),
        "dataset": ("linewatch.commands.dataset:dataset", "Import, list, show, export and delete data sets"),
        "migrate": ("linewatch.commands.migrate:migrate", "Bring a project of Amazon Lookout for Vision here"),
        "model": ("linewatch.commands.groups:model", "Train, import, start and stop models, or move a threshold"),
    },
    "Operate": {
        "deploy": ("linewatch.commands.deploy:deploy", "Create or change a stage on AWS"),
        "settings": ("linewatch.commands.deploy:settings", "Show the settings of a stage"),
        "check": ("linewatch.commands.check:check", "Check that a stage works"),
        "resources": ("linewatch.commands.chalice_way:resources", "Make all that `chalice deploy` does not make"),
        "finish": ("linewatch.commands.chalice_way:finish", "Set what `chalice deploy` leaves unset"),
        "destroy": ("linewatch.commands.destroy:destroy", "Remove a stage from AWS"),
        "shifts": ("linewatch.commands.shifts:shifts", "Set, show, remove and override a shift calendar"),
        "review": ("linewatch.commands.review:review", "List what waits for a review, confirm or correct it"),
        "alerts": ("linewatch.commands.alerts:alerts", "Show, set and reset when the lines of a project alert"),
        "page": ("linewatch.commands.people:page", "Print a link that opens the page, once"),
        "people": ("linewatch.commands.people:people", "Invite people to the page, change or remove them"),
        "key": ("linewatch.commands.key:key", "Create, list and revoke access keys"),
        "report": ("linewatch.commands.report:report", "Print the daily report of a stage"),
        "drift": ("linewatch.commands.drift:drift", "List the cameras that changed, and since when"),
        "sign-off": ("linewatch.commands.sign_off:sign_off", "Sign a report or a training, as a file to check"),
        "verify": ("linewatch.commands.verify:verify", "Check a signed file and compute it anew"),
        "sql": ("linewatch.commands.sql:sql", "Ask the lake in SQL"),
        "trace": ("linewatch.commands.trace:trace", "Show what happened to one image, with times"),
        "dead-letters": ("linewatch.commands.dead_letters:dead_letters", "List failed messages and send them again"),
        "audit": ("linewatch.commands.audit:audit", "Compare the bucket, the table and the lake"),
    },
    "Measure": {
        "evaluate": ("linewatch.commands.evaluate:evaluate", "Train and test on an image set"),
        "repeatability": ("linewatch.commands.repeatability:repeatability", "Study how well verdicts repeat"),
        "measure": ("linewatch.commands.groups:measure", "Measure speed, cost, accuracy and load"),
    },
    "Develop": {
        "develop": ("linewatch.commands.groups:develop", "Build the package, the schemas and a picture"),
        "completion": ("linewatch.commands.completion:completion", "Print the completion script of a shell"),
    },
}


# Training uses its own threads. More threads in matrix products would make both slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Pillow warns of metadata that it skips. What it cannot read at all is an error, and named.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


class Linewatch(Reporting, LazyGroup):
    """All commands. Errors become messages and exit codes here."""


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from linewatch.project import version

        click.echo(f"linewatch {version()}")
        context.exit()


@click.group(cls=Linewatch, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(**_options: Any) -> None:
    """Linewatch inspects products on a production line."""


if __name__ == "__main__":
    main(prog_name="linewatch")
