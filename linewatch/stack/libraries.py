"""Install Python libraries for Lambda's platform, remove what never runs, and zip them reproducibly."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalicelib.core.errors import LinewatchError

AWS_PLATFORM = "x86_64-manylinux_2_28"
"""The wheels that run on x86_64 Lambda from Python 3.12 on: these runtimes have glibc 2.34."""

_COMPRESSION = 3
"""Takes half the time of zlib's default, for zips that are 6 % larger."""
_UNUSED_FOLDERS = {"bin", "include", "tests", "__pycache__"}
_UNUSED_SUFFIXES = {".a", ".h", ".pyi"}
_UNUSED_PATHS = [f"onnxruntime/{name}" for name in ("backend", "datasets", "quantization", "tools", "transformers")]
_UNUSED_PATHS += ["onnxruntime/capi/libonnxruntime.so.*"]
"""Patterns. Running a graph imports none of these, and the Python module has its own copy of the library."""

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class NotInstalled(LinewatchError):
    """uv could not install a requirements file. The message has uv's output."""


def local_platform() -> str:
    """The platform of workers on this machine. It is Lambda's where possible, so that both run the same files."""
    same = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    return AWS_PLATFORM if same else {"Darwin": "macos", "Linux": "linux"}[platform.system()]


def digest_of(files: Sequence[Path], *settings: str) -> str:
    """A short digest of the inputs of a build: the files' names and contents, and its settings."""
    total = sha256("\n".join((_PYTHON, *settings)).encode())
    for file in files:
        total.update(f"\n{file.name}\n".encode())
        total.update(file.read_bytes())
    return total.hexdigest()[:16]


def installed(requirements: Sequence[Path], wheels_for: str, build: Path) -> Path:
    """The folder with exactly the packages of these locked requirements.

    It is named by the digest of the requirements and built only once. Raises `NotInstalled`.
    """
    folder = build / "libraries" / digest_of(requirements, wheels_for)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build) as scratch:
            built = Path(scratch) / "libraries"
            for file in requirements:
                _install(file, wheels_for, built)
            _slim(built)
            move_into_place(built, folder)
    return folder


def layer(requirements: Path, wheels_for: str, build: Path, beside: Mapping[str, bytes]) -> Path:
    """The zip of a Lambda layer with these requirements, and files beside them."""
    libraries = installed([requirements], wheels_for, build)
    digests = [sha256(content).hexdigest()[:8] for content in beside.values()]
    archive = build / "layers" / f"{'-'.join([requirements.stem, *digests, libraries.name])}.zip"
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build) as scratch:
            built = Path(scratch) / archive.name
            _zip(libraries, beside, built)
            move_into_place(built, archive)
    return archive


def _install(requirements: Path, wheels_for: str, target: Path) -> None:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:", "--require-hashes"]
    command += ["--no-deps", "--python-version", _PYTHON, "--python-platform", wheels_for]
    command += ["--target", str(target), "-r", str(requirements)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise NotInstalled(f"{requirements.name} cannot be installed for {wheels_for}:\n{run.stderr}")


def _slim(folder: Path) -> None:
    """Remove files that never run, and compile the others, because Lambda cannot store compiled files."""
    for unused in (path for pattern in _UNUSED_PATHS for path in list(folder.glob(pattern))):
        shutil.rmtree(unused) if unused.is_dir() else unused.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in _UNUSED_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (path.suffix in _UNUSED_SUFFIXES or path.name == ".lock"):
            path.unlink()
    _compile(folder)


def compiled(source: Path) -> Path:
    """Where Python looks for the compiled file of a source."""
    return source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"


def _compile(folder: Path) -> None:
    """Compile what is not compiled yet.

    In a new process, because interned strings and the hash seed of this one would change the compiled bytes.
    """
    bare = [str(path) for path in sorted(folder.rglob("*.py")) if not compiled(path).exists()]
    command = [sys.executable, "-P", "-m", "compileall", "-qq", "-s", str(folder), "-i", "-"]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    command += ["--invalidation-mode", "unchecked-hash"]
    subprocess.run(command, input="\n".join(bare), text=True, env=environment, check=True)


def move_into_place(built: Path, target: Path) -> None:
    """Rename, so that other processes see all of it or nothing. If the target exists already, it is kept."""
    try:
        built.rename(target)
    except OSError:
        if not target.exists():
            raise


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _zip(folder: Path, beside: Mapping[str, bytes], archive: Path) -> None:
    """All below `python/`, which Lambda looks through for modules."""
    libraries = ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in _files(folder))
    _write(archive, ((f"python/{name}", content) for name, content in chain(libraries, beside.items())))


def rewrite(archive: Path) -> None:
    """Zip the same files again, compiled, so that the bytes of the zip depend on names and contents only."""
    with TemporaryDirectory(dir=archive.parent) as scratch:
        folder, fresh = Path(scratch) / "files", Path(scratch) / archive.name
        with ZipFile(archive) as source:
            source.extractall(folder)
        _compile(folder)
        _write(fresh, ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in _files(folder)))
        fresh.replace(archive)


def _write(archive: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Every file gets the same time (1980) and the same permissions."""
    with ZipFile(archive, "w") as target:
        for name, content in files:
            entry = ZipInfo(name)
            entry.external_attr = 0o755 << 16
            target.writestr(entry, content, ZIP_DEFLATED, _COMPRESSION)
