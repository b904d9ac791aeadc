"""The groups of commands that are used less often."""

import click

from linewatch.commands.lazy import LazyGroup

_MODEL = {
    "train": ("linewatch.commands.versions:train", "Train the next version on a project's data sets"),
    "list": ("linewatch.commands.versions:list_versions", "List the versions of a project"),
    "show": ("linewatch.commands.versions:show_version", "Show one version"),
    "start": ("linewatch.commands.versions:start", "Host a version"),
    "stop": ("linewatch.commands.versions:stop", "Stop hosting a version"),
    "compare": ("linewatch.commands.compare:compare", "Compare a version with the hosted one on stored images"),
    "comparisons": ("linewatch.commands.compare:list_comparisons", "List the comparisons of a project, or show one"),
    "promote": ("linewatch.commands.compare:promote", "Put a version in the place of the hosted one"),
    "policy": ("linewatch.commands.policy:policy", "Show or set who promotes: a person, or the policy"),
    "rollback": ("linewatch.commands.compare:rollback", "Host the version again that was hosted before"),
    "shadow": ("linewatch.commands.shadow:shadow", "Have a version judge in the shadow of the hosted one"),
    "retrain": ("linewatch.commands.compare:retrain", "Train the next version on the data set with the reviews"),
    "learned": ("linewatch.commands.compare:learned", "Show what a version learned from reviews"),
    "trial": ("linewatch.commands.trial:trial", "Try a version on images, for a person to review"),
    "delete": ("linewatch.commands.versions:delete", "Delete a version"),
    "import": ("linewatch.commands.versions:import_version", "Make a model file the next version of a project"),
    "tune": (
        "linewatch.commands.tune:tune",
        "Show what a version's thresholds cost, or set one",
    ),
    "threshold": ("linewatch.commands.threshold:threshold", "Show what a threshold of a file costs, or move it"),
}
_MEASURE = {
    "bench": ("linewatch.commands.bench:bench", "Measure time, requests and price of the local stack"),
    "cost": ("linewatch.commands.cost:cost", "Compute what a stage costs, at rest and by images"),
    "vision": ("linewatch.commands.vision:vision", "Time each step of an inspection on one core"),
    "sets": ("linewatch.commands.evaluate_all:evaluate_all", "Evaluate every image set in a folder"),
    "foreign": ("linewatch.commands.foreign:foreign", "Count unfamiliar images of every set in a folder"),
    "replay": ("linewatch.commands.replay:replay", "Measure a comparison of two versions on the local stack"),
    "scale": ("linewatch.commands.scale:scale", "Simulate bursts and stops of large plants"),
    "loadtest": ("linewatch.commands.loadtest:loadtest", "Send images from many cameras to a local stack"),
}
_DEVELOP = {
    "package": ("linewatch.commands.package:package", "Build the template and the zips for AWS"),
    "picture": ("linewatch.commands.picture:picture", "Draw the picture of the README"),
    "openapi": ("linewatch.commands.openapi:openapi", "Write the OpenAPI document of the API"),
    "schemas": ("linewatch.commands.schemas:schemas", "Write the JSON Schemas of the events"),
}


@click.group(cls=LazyGroup, sections={"Commands": _MODEL})
def model() -> None:
    """Train, import, start and stop models, or move a threshold."""


@click.group(cls=LazyGroup, sections={"Commands": _MEASURE})
def measure() -> None:
    """Measure speed, cost, accuracy and load."""


@click.group(cls=LazyGroup, sections={"Commands": _DEVELOP})
def develop() -> None:
    """Build the package, the schemas and a picture."""
