"""Python libraries for Lambda: installed for its platform, slimmed, zipped to the same bytes from the same content."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import click

AWS_PLATFORM = "x86_64-manylinux_2_28"
"""What runs on the x86_64 Lambda runtimes from Python 3.12 on, which have glibc 2.34."""

_COMPRESSION = 3
"""Half the time of zlib's default for 6 % more to send."""
_NEEDLESS_FOLDERS = {"bin", "include", "tests", "__pycache__"}
_NEEDLESS_SUFFIXES = {".a", ".h", ".pyi"}
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def local_platform() -> str:
    """The platform of workers on this machine: Lambda's own where it can run, so that both get the same files."""
    same = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    return AWS_PLATFORM if same else {"Darwin": "macos", "Linux": "linux"}[platform.system()]


def digest_of(files: Sequence[Path], *settings: str) -> str:
    """A short digest of what a build is made from: the files' contents with their names, and its settings."""
    total = sha256("\n".join((_PYTHON, *settings)).encode())
    for file in files:
        total.update(f"\n{file.name}\n".encode())
        total.update(file.read_bytes())
    return total.hexdigest()[:16]


def installed(requirements: Sequence[Path], wheels_for: str, build: Path, *, alone: Sequence[Path] = ()) -> Path:
    """The folder with these requirements, and with those that go `alone` without their dependencies.

    Made once and then found again by the digest of the requirements. Raises ClickException with what uv said.
    """
    folder = build / "libraries" / digest_of([*requirements, *alone], wheels_for)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build) as scratch:
            made = Path(scratch) / "libraries"
            for file in requirements:
                _install(file, wheels_for, made)
            for file in alone:
                _install(file, wheels_for, made, "--no-deps")
            _slim(made)
            put_in_place(made, folder)
    return folder


def layer(requirements: Path, wheels_for: str, build: Path) -> Path:
    """The zip of a Lambda layer with these requirements."""
    libraries = installed([requirements], wheels_for, build)
    archive = build / "layers" / f"{requirements.stem}-{libraries.name}.zip"
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build) as scratch:
            made = Path(scratch) / archive.name
            _zip(libraries, "python/", made)
            put_in_place(made, archive)
    return archive


def _install(requirements: Path, wheels_for: str, target: Path, *options: str) -> None:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:", "--require-hashes"]
    command += ["--python-version", _PYTHON, "--python-platform", wheels_for]
    command += ["--target", str(target), "-r", str(requirements), *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise click.ClickException(f"{requirements.name} cannot be installed for {wheels_for}:\n{run.stderr}")


def _slim(folder: Path) -> None:
    """Drop what never runs, and compile the rest: Lambda cannot keep what it compiles."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in _NEEDLESS_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (path.suffix in _NEEDLESS_SUFFIXES or path.name == ".lock"):
            path.unlink()
    _compile(folder)


def _compile(folder: Path) -> None:
    """In a fresh process: what one has interned before, and its hash seed, would show in the compiled bytes."""
    command = [sys.executable, "-P", "-m", "compileall", "-qq", "-s", str(folder)]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    subprocess.run([*command, "--invalidation-mode", "unchecked-hash", str(folder)], env=environment, check=True)


def put_in_place(made: Path, place: Path) -> None:
    """Rename, so that others see all of it or nothing. Who comes second keeps what the first one put there."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _zip(folder: Path, prefix: str, archive: Path) -> None:
    _write(archive, ((f"{prefix}{path.relative_to(folder).as_posix()}", path.read_bytes()) for path in _files(folder)))


def rewrite(archive: Path) -> None:
    """Zip the same files again so that the bytes depend on names and contents only."""
    fresh = archive.with_suffix(".fresh")
    with ZipFile(archive) as source:
        _write(fresh, ((name, source.read(name)) for name in sorted(source.namelist())))
    fresh.replace(archive)


def _write(archive: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """One time (1980), one permission and one order for all."""
    with ZipFile(archive, "w") as target:
        for name, content in files:
            entry = ZipInfo(name)
            entry.external_attr = 0o755 << 16
            target.writestr(entry, content, ZIP_DEFLATED, _COMPRESSION)
