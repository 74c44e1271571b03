"""Make course_lib/experiments/digits_training.json: a training of notebook 07, epoch by epoch.

Run it after a change to the digits, the split, the network or Adam:
``python benchmarks/make_digits_teaser.py``. It trains once, in about a second. The network, Adam
and its seeds are those with which `explore_training` begins. Nothing is chosen by what comes out,
except which 16 validation digits are shown.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np

from course_lib.experiments.training import Digits, Network, load_digits, split, train
from course_lib.optimizers import adam

FILE = Path(__file__).parent.parent / "course_lib" / "experiments" / "digits_training.json"
SETTINGS = {"lr": 0.01, "batch_size": 64, "epochs": 20, "seed": 1}
HIDDEN, SPLIT_SEED = 64, 1
SURE = 0.01  # least lead of an answer over the next likely one, so that rounding cannot turn it
# How many of the 16 digits are read right from which epoch on; epoch 21 is never reached
FROM_EPOCH = {0: 1, 1: 5, 2: 2, 3: 2, 4: 1, 5: 1, 6: 1, 16: 1, 21: 2}


def record():
    """The training as plain data: loss and right answers after each epoch, and the 16 digits."""
    digits = load_digits()
    training, validation, _ = split(digits, seed=SPLIT_SEED)
    network = Network((64, HIDDEN, 10))
    progress = list(train(adam, network, training, validation, **SETTINGS))
    p = np.array([network.probabilities(at.state.x, validation.inputs) for at in progress])
    answers = p.argmax(axis=2)  # (epochs + 1, images)
    numbered = Digits(np.arange(len(digits.labels)), digits.labels)
    row = split(numbered, seed=SPLIT_SEED)[1].images  # of each validation image in digits.npz
    shown = choose(p, answers == validation.labels, validation.labels)
    return {
        "settings": SETTINGS | {"optimizer": "adam", "hidden": HIDDEN, "split_seed": SPLIT_SEED},
        "loss": [round(at.loss, 4) for at in progress],
        "right": (answers == validation.labels).sum(axis=1).tolist(),
        "of": len(validation.labels),
        "images": row[shown].tolist(),
        "answers": ["".join(map(str, answers[:, k])) for k in shown],
    }


def choose(p, is_right, labels):
    """Which validation images to show: as many of each kind as `FROM_EPOCH` says, by their label.

    Labels that were taken least come first, then images whose answers are surest.
    """
    lead = np.diff(np.sort(p[1:], axis=2)[..., -2:])[..., 0].min(axis=0)
    epochs = np.arange(1, len(p) + 1)[:, None]
    since = np.where(is_right, 0, epochs).max(axis=0)  # right from this epoch on
    shown, taken = [], Counter()
    for epoch, count in sorted(FROM_EPOCH.items(), reverse=True):  # the rare kinds first
        found = [k for k in np.flatnonzero(since == epoch) if lead[k] >= SURE]
        for _ in range(count):
            best = min(found, key=lambda k: (taken[labels[k]], -lead[k]))
            found.remove(best)
            taken[labels[best]] += 1
            shown.append(best)
    return sorted(shown, key=lambda k: labels[k])


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in record().items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
