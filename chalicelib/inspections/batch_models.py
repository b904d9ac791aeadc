"""The models of one batch: a version switch comes between two batches, never within one."""

from threading import Lock

from chalicelib.models.ports import LiveModels, Model


class ModelsOfBatch:
    """Asks for the live version of a project once, however many images of it the batch has."""

    def __init__(self, models: LiveModels) -> None:
        self._models = models
        self._lock = Lock()
        self._live: dict[str, Model] = {}

    def live(self, project: str) -> Model:
        """The version that was live for the project's first image. An error is not kept."""
        with self._lock:
            if project not in self._live:
                self._live[project] = self._models.live(project)
            return self._live[project]
