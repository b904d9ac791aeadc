"""All entries of a data set, page after page."""

from chalicelib.projects.domain import DatasetType
from chalicelib.projects.entries import EntryFilter
from chalicelib.projects.manifest import Entry, Label
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.operate.operator import operator_grant


def all_entries(projects: ProjectsWiring, project: str, of: DatasetType, label: Label | None = None) -> list[Entry]:
    """The entries, or those with this label. `NoSuchResource` if there is no such data set."""
    entries: list[Entry] = []
    token = None
    while True:
        page = projects.list_entries(project, of, EntryFilter(label=label), operator_grant(project), next_token=token)
        entries += page.items
        token = page.next_token
        if token is None:
            return entries
