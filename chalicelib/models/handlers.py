"""The Lambda events of models: a new version of inspect_images is about to be released."""

from collections.abc import Mapping

from chalicelib.aws.observability import log_event
from chalicelib.models.wiring import ModelsWiring


def check_release(hook: Mapping[str, str], models: ModelsWiring) -> None:
    """Check the new version, and answer CodeDeploy. The log has the models that failed."""
    for failure in models.release_check.run(hook):
        log_event("the new version of inspect_images is refused", failure=failure)
