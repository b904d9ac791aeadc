"""Printed reports in a folder of this computer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from chalicelib.daily.domain import PRINTED, PrintedReport
from linewatch.errors import UsageProblem

PRINT = "report.json"


@dataclass(frozen=True)
class FolderReports:
    """`<folder>/<project, or what stands for all>/<day>/`. `write_file` writes in one step; `written` are the files."""

    folder: Path
    write_file: Callable[[Path, bytes], None]
    written: list[Path] = field(default_factory=list)

    def find(self, scope: str, day: date) -> PrintedReport | None:
        """The last print. Raises `UsageProblem` for a file that is not one."""
        file = self._place(scope, day) / PRINT
        try:
            return PRINTED.validate_json(file.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise UsageProblem(f"{file} is not a print of this version: delete it, or choose another --out") from error

    def write(self, printed: PrintedReport, files: Mapping[str, bytes]) -> None:
        """The files, then the print itself."""
        place = self._place(printed.report.scope, printed.report.day)
        for name, content in (*files.items(), (PRINT, PRINTED.dump_json(printed))):
            self.write_file(place / name, content)
            self.written.append(place / name)

    def _place(self, scope: str, day: date) -> Path:
        return self.folder / scope / day.isoformat()
