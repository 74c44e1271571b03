"""All mistakes, single and in pairs, are told apart from each other and from what is right."""

import itertools

import numpy as np
import pytest

from course_lib import optimizers
from course_lib.checks import matching, mistakes
from course_lib.checks.steps import ALGORITHMS

SMALLEST_GAP = 2.5e-4  # of x, relative to 1 + size: above the tolerance in single precision
GAP_OF_PAIRS = 1e-5  # between two pairs; in single precision the nearest one is taken

# Pairs that are mathematically one and the same update as something simpler, which is then named.
SAME_AS_SIMPLER = {
    # two wrong signs cancel
    ("momentum", "right"): {"uphill+velocity-sign"},
    ("momentum", "variant-damped"): {"uphill+velocity-sign"},
    ("nesterov", "right"): {"velocity-sign+look-ahead-sign"},
    ("nesterov", "variant-damped"): {"velocity-sign+look-ahead-sign"},
    # lr * beta * m is all that is left of the step, or of x
    ("nesterov", "look-ahead-alone"): {
        "look-ahead-missing+beta-times-lr",
        "old-x-missing+x-for-g",
    },
    ("nesterov", "look-ahead-beta-moved"): {"look-ahead-unscaled+beta-times-lr"},
    # the two betas each in the other's place, and halves of it
    ("adam", "betas-swapped"): {"beta2-in-m+beta1-in-v"},
    ("adam", "beta1-in-v"): {"beta2-in-m+betas-swapped"},
    ("adam", "beta2-in-m"): {
        "beta1-in-v+betas-swapped",
        # both corrections with beta2: their quotient is 1 / sqrt(1 - beta2**t)
        "only-v-corrected+correction-multiplied",
    },
    ("adam", "only-v-corrected"): {"beta2-in-m+correction-multiplied"},
    ("amsgrad", "betas-swapped"): {"beta2-in-m+beta1-in-v"},
    ("amsgrad", "beta1-in-v"): {"beta2-in-m+betas-swapped"},
    ("amsgrad", "beta2-in-m"): {"beta1-in-v+betas-swapped"},
    ("amsgrad", "only-v-corrected"): {"beta2-in-m+correction-multiplied"},
    # one correction left out, and then the other; or both with one beta, one of them after the root
    ("adam", "no-bias-correction"): {
        "only-m-corrected+only-v-corrected",
        "beta1-in-v+correction-after-root",
        "beta2-in-m+correction-after-root",
    },
    ("amsgrad", "right"): {
        "beta1-in-v+correction-after-root",
        "beta2-in-m+correction-after-root",
    },
    # m is g, by another way
    ("adam", "gradient-not-moment"): {"first-moment-unscaled+moments-not-stored"},
    ("amsgrad", "gradient-not-moment"): {"first-moment-unscaled+moments-not-stored"},
    # v_max stays 0
    ("amsgrad", "max-replaced-by-min"): {
        "max-not-stored+step-before-max",
        "correction-power-fixed+times-for-power",
        "times-for-power+max-before-v",
    },
    ("amsgrad", "times-for-power"): {"power-of-difference+max-replaced-by-min"},
    # a maximum that is never used need not be kept
    ("amsgrad", "max-not-stored"): {"max-unused+max-replaced-by-min"},
}


def all_traces(algorithm):
    """All candidates, their traces of x and t, and their whole traces; one row each, all finite."""
    every = mistakes.Candidates(
        algorithm,
        itertools.chain(
            (c for c in mistakes.right_candidates(algorithm) if not c.form.alone),
            mistakes.single_candidates(algorithm),
            mistakes.pair_candidates(algorithm),
        ),
    )
    traces = mistakes.simulate(every)
    fields = optimizers.STATES[getattr(optimizers, algorithm)]._fields
    rows = {n: np.moveaxis(traces[n], 1, 0).reshape(len(every), -1) for n in fields}
    path = np.concatenate([rows["x"], rows["t"]], axis=1)
    finite = np.isfinite(path).all(axis=1)
    moments = [rows[n] / np.abs(rows[n][0]).max() for n in fields if n not in ("x", "t")]
    whole = np.concatenate([path, *moments], axis=1)
    names = [c.name or (c.form.slug if c.form.variant else "") for c in every]
    return np.array(names)[finite], path[finite], whole[finite]


def clusters(rows, gap):
    """Groups of rows between which every gap is larger; two rows of different groups are apart."""
    even = np.sign(rows) * np.log1p(np.abs(rows))  # a gap relative to 1 + size is no larger here
    groups = [np.arange(len(rows))]
    for column in even.T:
        split = []
        for group in groups:
            order = group[np.argsort(column[group])]
            split += np.split(order, np.flatnonzero(np.diff(column[order]) > 1.1 * gap) + 1)
        groups = [group for group in split if len(group) > 1]
    return groups


def groups_of_equals(names, whole):
    """Names that leave the same whole trace, the simplest first."""
    found = {}
    for i, name in enumerate(names):
        key = tuple(f"{number:.9e}" for number in whole[i] + 0.0)
        found.setdefault(key, {})[str(name)] = None
    return [sorted(group, key=lambda n: n.count("+") + bool(n)) for group in found.values()]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_all_are_told_apart(algorithm):
    names, path, _ = all_traces(algorithm)
    near = {}
    for group in clusters(path, SMALLEST_GAP):
        for a, b in itertools.combinations(group, 2):
            gap = (np.abs(path[b] - path[a]) / (1 + np.abs(path[a]))).max()
            pairs = "+" in names[a] and "+" in names[b]
            smallest = GAP_OF_PAIRS if pairs else SMALLEST_GAP
            if names[a] != names[b] and 1e-9 <= gap <= smallest:
                both = f"{names[a] or 'right'} and {names[b]}"
                near[both] = min(gap, near.get(both, gap))
    print(f"{algorithm}: {len(set(names))} updates")
    assert near == {}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_has_the_same_numbers_is_known(algorithm):
    names, _, whole = all_traces(algorithm)
    same = {}
    for first, *others in groups_of_equals(names, whole):
        assert all("+" in other for other in others), f"{first} and {others} are the same"
        if "+" not in first:  # a pair that contains it is no news: the other has no effect
            news = {o for o in others if first not in o.split("+")}
            same.setdefault((algorithm, first or "right"), set()).update(news)
    same = {key: news for key, news in same.items() if news}
    assert same == {key: news for key, news in SAME_AS_SIMPLER.items() if key[0] == algorithm}


def test_the_bank_is_whole():
    words = ("say", "look", "why", "formula")
    for slug, mistake in mistakes.bank().items():
        assert set(mistake.algorithms) <= set(ALGORITHMS) and mistake.edits
        for part in words:
            text = getattr(mistake, part)
            assert text and text[0] != " " and "{" not in text, (slug, part)
        assert mistake.say.endswith(".") and mistake.look.rstrip(")").endswith((".", "?"))
    assert not set(mistakes.bank()) & {form.slug for form in mistakes.forms()}


def test_edits_name_lines_that_exist():
    known = {name for algorithm in ALGORITHMS for name in mistakes.lines(algorithm)}
    for mistake in mistakes.bank().values():
        for edit in mistake.edits:
            assert set(edit) <= known, mistake.slug
    for form in mistakes.forms():
        assert set(form.edit) <= known, form.slug


def test_every_mistake_has_an_effect_in_every_algorithm_that_names_it():
    for algorithm in ALGORITHMS:
        found = {c.name for c in mistakes.single_candidates(algorithm)}
        wanted = {m.slug for m in mistakes.bank().values() if algorithm in m.algorithms}
        assert found == wanted, algorithm


def test_tolerances_are_far_from_the_gaps():
    assert matching.ROUNDING < matching.TOLERANCE < matching.SINGLE < SMALLEST_GAP
