"""A control refuses the same values in the browser and in Python, with the same words."""

import itertools
import random
import unicodedata

import pytest
from nodes import node

from course_lib.explorers.inputs import (
    count_slider,
    hyperparameter_control,
    menu,
    number_slider,
    toggle,
)
from course_lib.explorers.momentum import explore_momentum
from course_lib.live.controls import Controls
from course_lib.utils.validation import InvalidValue

INPUTS = [
    hyperparameter_control("lr", 0.1),
    hyperparameter_control("eps", 1e-8),
    hyperparameter_control("beta1", 0.9),
    hyperparameter_control("decay", 0.1, 0.1),
    hyperparameter_control("k", 3, 3),
    hyperparameter_control("nesterov", True, True),
    count_slider("n_steps", 60, (0, 200)),
    count_slider("period", 101, (2, 300), low=2, high=1000, example=101),
    number_slider("kappa", 10, "log", (1.0, 100.0), 1.0, 100.0, example=10),
    number_slider("low", -10.0, "linear", (-20.0, 0.0), -1e6, 1e6, -10),
    menu("objective", "bowl", ["bowl", "ravine, kappa = 10"]),
    menu("kind", "momentum", ["momentum", "nesterov"]),
    toggle("Adam", True),
]
WORDS = """
0 1 -1 2 60 60.0 60.5 1e2 1E2 1e-3 1e-05 .5 5. +0.1 -0.0 0.9 0.99999999999999999 1.0000000001 1e400
-1e400 1e-400 inf -inf Infinity nan NaN abc 1,5 0,1 1_000 1__0 _1 0x10 1e 1e+ e5 -- + . 1.2.3 100000
100001 99999.9 123456789012345 1234567890123456 12345678901234567890 1e15 1e16 1e22 0.0001 0.00001
1000001 -1000001 1e6 3 3.5 True False None bowl momentum 'bowl' "bowl" it's \\ 10% 1/2 lr=0.1 ½ ９
"""
TYPED = WORDS.split()
TYPED += ["", " ", "  0.5  ", "\t1", "0.5 ", "1 000", "momentum,nesterov", 'say "it\'s"']
TYPED += ["\ufeff1", "1\x85", "\xa01\u3000", "1\x1f", "\u200b1", "a\xa0b", "\r", "\x00", "\u2028"]
TYPED += ["１２.５", "٣", "𝟜", "𝟘𝟡", "1²", "é", "日本", "\U000e0001", "😀" * 40]
TYPED += ["x" * 58, "x" * 59, "x" * 80]
RNG = random.Random(5)
TYPED += ["".join(RNG.choices("0011259..-+eE_, naif'x", k=RNG.randint(1, 7))) for _ in range(400)]
GIVEN = [*TYPED, 0.5, 0, 1, -1, 60, 60.5, 1e-7, 1e17, 1e15, 123456.789, True, False]


def of_python(entry, value):
    try:
        return ["value", entry.check(value)]
    except InvalidValue as error:
        return ["refused", str(error), error.name]


@pytest.fixture(scope="module")
def of_the_browser(tmp_path_factory):
    specs = Controls([entry.control for entry in INPUTS]).specs
    code = """
        import { checked } from "./live/js/rules.js";
        const answer = (spec, value) => {
          try {
            return ["value", checked(spec, value)];
          } catch (refused) {
            return ["refused", refused.text, refused.name];
          }
        };
        const [specs, given] = data;
        console.log(JSON.stringify(specs.map((spec) => given.map((value) => answer(spec, value)))));
    """
    return node(tmp_path_factory.mktemp("rules"), code, [specs, GIVEN])


@pytest.mark.parametrize("number", range(len(INPUTS)), ids=lambda k: INPUTS[k].control.name)
def test_the_browser_takes_and_refuses_what_python_does(number, of_the_browser):
    assert len(GIVEN) * len(INPUTS) > 1000
    entry = INPUTS[number]
    for value, got in zip(GIVEN, of_the_browser[number], strict=True):
        wanted = of_python(entry, value)
        if type(wanted[1]) in (int, float):
            wanted, got = [float(wanted[1])], [float(got[1])]  # JSON of whole floats differs
        assert got == wanted, value


CHOSEN = [
    {},
    {"kappa": 100.0},
    {"lr": "abc", "n_steps": "2.5"},
    {"lr": "abc", "n_steps": None},
    {"lr": None, "kappa": None},
    {"n_steps": "9", "kind": "nesterov", "beta": "0.25"},
    {"kind": "adam", "kappa": 0},
    {"other": 1},
]


def test_all_values_are_read_as_in_python(tmp_path):
    explorer = explore_momentum()
    chosen = [{**explorer.chosen, **values} for values in CHOSEN]
    chosen = [{name: v for name, v in each.items() if v is not None} for each in chosen]

    def read(values):
        try:
            return explorer.read(values)
        except InvalidValue as error:
            return [str(error), error.name]

    code = """
        import { readValues } from "./live/js/rules.js";
        const read = (chosen) => {
          try {
            return readValues(data.specs, chosen);
          } catch ({ text, name }) {
            return [text, name];
          }
        };
        console.log(JSON.stringify(data.chosen.map(read)));
    """
    got = node(tmp_path, code, {"specs": explorer.specs, "chosen": chosen})
    assert got == [read(values) for values in chosen]


def test_both_answers_are_met():
    kinds = [of_python(*pair)[0] for pair in itertools.product(INPUTS, GIVEN)]
    assert min(kinds.count("value"), kinds.count("refused")) > 100


def test_the_digits_of_all_scripts_are_read_and_minus_zero_is_zero(tmp_path):
    digits = [c for c in map(chr, range(0x1FBFA)) if unicodedata.category(c) == "Nd"]
    code = """
        import { typed } from "./live/js/rules.js";
        console.log(JSON.stringify([data.map(typed), Object.is(typed(-0), 0)]));
    """
    assert len(digits) > 600
    assert node(tmp_path, code, digits) == [[int(digit) for digit in digits], True]
