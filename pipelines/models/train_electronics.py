"""Trains `electronics.onnx`: whether a basket holds electronics, by its subtotal and how many lines it has.

Baskets are those of the retail simulator, with a seed of their own, so the script needs no data. The same versions give the same file. In an
environment of its own:

    pip install -r pipelines/models/requirements.txt
    python pipelines/models/train_electronics.py

It writes the model and, beside it, what it is worth on baskets that it was not trained on (`electronics.json`).
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingClassifier

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parents[1] / "engine" / "bin" / "engine.js"
SEED, BASKETS, HELD_OUT = 20_261, 20_000, 5_000


def baskets() -> list[dict]:
    """The simulator's records, without any fault."""
    options = [f"seed={SEED}", f"records={BASKETS}", "rate=0", "malformed=0", "missing=0", "duplicates=0", "late=0", "free=0"]
    command = ["node", str(ENGINE), "demo", "retail", *options, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        try:
            url = json.loads(demo.stdout.readline())["url"]
            with urllib.request.urlopen(f"{url}/stream") as answer:
                return [json.loads(line) for line in answer]
        finally:
            demo.terminate()


def main() -> None:
    """Train, measure, write."""
    records = baskets()
    features = np.array([[record["summary"]["subtotal"], len(record["items"])] for record in records], np.float32)
    labels = np.array([any(item["category"] == "Electronics" for item in record["items"]) for record in records]).astype(np.int64)
    trained, held = slice(0, BASKETS - HELD_OUT), slice(BASKETS - HELD_OUT, None)
    model = GradientBoostingClassifier(n_estimators=40, max_depth=3, random_state=SEED).fit(features[trained], labels[trained])
    guessed = model.predict(features[held])
    usual = int(np.bincount(labels[trained]).argmax())
    measured = {
        "trained_on": BASKETS - HELD_OUT,
        "held_out": HELD_OUT,
        "accuracy": round(float((guessed == labels[held]).mean()), 4),
        "accuracy_of_always_the_commonest": round(float((labels[held] == usual).mean()), 4),
        "recall_of_electronics": round(float(guessed[labels[held] == 1].mean()), 4),
    }
    onnx = to_onnx(
        model,
        initial_types=[("basket", FloatTensorType([None, 2]))],
        # As a tensor: what scikit-learn's own form, a list of maps, becomes cannot be read by columns.
        options={id(model): {"zipmap": False}},
        target_opset=17,
        name="electronics",
    )
    (HERE / "electronics.onnx").write_bytes(onnx.SerializeToString())
    text = json.dumps(measured, indent=2)
    (HERE / "electronics.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
