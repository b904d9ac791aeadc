"""Measure the zips that a deployment uploads."""

from pathlib import Path
from zipfile import ZipFile

from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package


def zip_sizes() -> dict[str, dict[str, float]]:
    """The MB of each zip for AWS, zipped and unzipped."""
    archives = sorted(package(AWS_PLATFORM).folder.glob("*.zip"))
    return {
        _name_of(archive.stem): {"zipped_mb": _mb(archive.stat().st_size), "unzipped_mb": _mb(_unzipped(archive))}
        for archive in archives
    }


def _name_of(stem: str) -> str:
    """`requirements-vision-<digest>` becomes `vision_layer`."""
    return f"{stem.split('-')[1]}_layer" if stem.startswith("requirements-") else "functions"


def _unzipped(archive: Path) -> int:
    with ZipFile(archive) as source:
        return sum(entry.file_size for entry in source.infolist())


def _mb(size: int) -> float:
    return round(size / 1e6, 2)
