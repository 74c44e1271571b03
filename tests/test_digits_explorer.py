"""The recorded training of `explore_digits` against the same training done here, and its words."""

import json
import re

import numpy as np
import pytest
from nodes import node

from course_lib.experiments.training import Digits, Network, load_digits, split, train
from course_lib.explorers.digits import RIGHT, WRONG, describe, explore_digits
from course_lib.live.javascript import ROOT, source
from course_lib.optimizers import adam

FILE = ROOT / "experiments/digits_training.json"
RECORDED = json.loads(FILE.read_text("utf-8"))
ANSWERS = np.array([[int(digit) for digit in answers] for answers in RECORDED["answers"]]).T
LABELS = load_digits().labels[RECORDED["images"]]


def test_the_same_training_gives_the_recorded_numbers():
    settings = dict(RECORDED["settings"])
    assert settings.pop("optimizer") == "adam"
    network, seed = Network((64, settings.pop("hidden"), 10)), settings.pop("split_seed")
    training, validation, _ = split(load_digits(), seed=seed)
    progress = list(train(adam, network, training, validation, **settings))
    answers = np.array(
        [network.probabilities(at.state.x, validation.inputs).argmax(axis=1) for at in progress]
    )
    assert RECORDED["loss"] == pytest.approx([at.loss for at in progress], rel=0, abs=1e-4)
    assert RECORDED["of"] == len(validation.labels)
    right = (answers == validation.labels).sum(axis=1)
    assert np.abs(right - RECORDED["right"]).max() <= 1  # another machine may turn one over
    numbers = Digits(np.arange(1797), load_digits().labels)
    rows = split(numbers, seed=seed)[1].images.tolist()
    shown = [rows.index(image) for image in RECORDED["images"]]  # validation digits, all of them
    assert (answers[:, shown] == ANSWERS).all()


def test_some_digits_begin_wrong_and_end_right_and_two_stay_wrong():
    is_right = ANSWERS == LABELS
    assert is_right.shape == (21, 16) and set(LABELS) == set(range(10))
    assert (~is_right[0] & is_right[-1]).sum() >= 10
    assert (~is_right[-1]).sum() == 2
    assert FILE.stat().st_size < 20_000


def test_the_sentence_and_the_answers_are_those_of_the_record():
    explorer = explore_digits()
    assert len(explorer.recorded["sentences"]) == len(explorer.recorded["answers"]) == 21
    for epoch, sentence in enumerate(explorer.recorded["sentences"]):
        right = int((ANSWERS[epoch] == LABELS).sum())
        percent, *numbers = map(int, re.findall(r"\d+(?= %| of|;|,|\.)", sentence))
        assert abs(percent - 100 * RECORDED["right"][epoch] / RECORDED["of"]) <= 0.5
        assert numbers == [16, right]
        marks = explorer.recorded["answers"][epoch]
        assert sum(mark.startswith("✓") for mark in marks) == right
        assert [mark.split()[1].rstrip(",") for mark in marks] == [*map(str, ANSWERS[epoch])]
    assert repr(explorer) == f"explore_digits()\n{explorer.recorded['sentences'][-1]}"
    assert describe(3, 0.912, [True] * 14 + [False] * 2) == (
        "After epoch 3 the network reads 91 % of the new digits right; of these 16, 14."
    )
    assert describe(0, 0.1, [False]).startswith("Before the training the network reads 10 %")


def test_the_browser_shows_the_same_for_every_epoch(tmp_path):
    explorer = explore_digits()
    code = """
        import { DigitsExplorer } from "./explorers/js/digits.js";
        import { clockOf } from "./live/js/clock.js";
        const model = { get: (trait) => ({ uid: "one" })[trait] };
        let renewed = 0;
        const half = new DigitsExplorer(data, model, () => (renewed += 1));
        const clock = clockOf(model);
        clock.setLast(20);
        const frames = data.sentences.map((_, epoch) => {
            clock.go(epoch);
            const { paths, sentence } = half.frame(half.read({}));
            return [sentence, paths.map((path) => ({ ...path, points: [...path.points] }))];
        });
        clock.go(20);
        console.log(JSON.stringify({ frames, renewed }));
    """
    found = node(tmp_path, code, explorer.recorded)
    numbers = np.frombuffer(explorer.paths).tolist()
    for (sentence, paths), wanted in zip(
        found["frames"], explorer.recorded["sentences"], strict=True
    ):
        assert sentence == wanted
        assert [value for path in paths for value in path.pop("points")] == numbers
        assert paths == explorer.styles
    assert found["renewed"] == 22  # to the end, then each epoch once; not again where it stands


def test_the_saved_picture_has_the_answers_and_the_live_one_does_not():
    explorer = explore_digits()
    live = explorer.background["png"]
    with_answers = explorer.png()
    assert explorer.figure.texts == []
    explorer.recorded = {**explorer.recorded, "answers": [[" "] * 16]}
    assert explorer.png() != with_answers
    explorer.redraw()
    assert explorer.background["png"] == live


def test_the_page_has_the_colours_of_the_saved_picture():
    colours = re.findall(r"#\w{6}", source("explorers/js/digits.css"))
    assert colours == [WRONG.lower(), RIGHT.color.lower()]
