"""Every mistake is named, in several styles of code, and nothing right is called wrong."""

import functools
import math
import re
import types

import numpy as np
import pytest
import student_code
from hypothesis import given, settings
from hypothesis import strategies as st
from student_code import RIGHT, SLIPS, student
from student_code_unseen import SAMPLES
from test_checks_kinds import SLIPS as KINDS
from test_checks_kinds import WRITTEN

from course_lib import optimizers
from course_lib.checks import matching, mistakes, probe
from course_lib.checks.steps import ALGORITHMS, check, diagnose
from course_lib.optimizers import AdamState, AMSGradState, GradientDescentState, adam, amsgrad

# What is right


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_library_is_right(algorithm):
    step = getattr(optimizers, algorithm)
    assert diagnose(step, algorithm).verdict == "correct"
    assert diagnose(step, step) == diagnose(step, algorithm)


@pytest.mark.parametrize(("algorithm", "style"), RIGHT)
def test_right_code_in_several_styles(algorithm, style):
    diagnosis = diagnose(student(algorithm, style), algorithm)
    assert diagnosis.verdict == "correct" and diagnosis.correct
    assert diagnosis.mistake is None and diagnosis.step is None


def in_place_on_copies(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v = (a.copy() for a in state[:3])
    t = state.t + 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    root = v / (1 - beta2**t)
    np.sqrt(root, out=root)
    root += eps
    x -= lr * m / (1 - beta1**t) / root
    return AdamState(x, m, v, t)


def plain_lists(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    t, after = state[3] + 1, []
    for x, m, v, slope in zip(*(np.asarray(a).tolist() for a in (*state[:3], g)), strict=True):
        m, v = slope + beta1 * (m - slope), slope**2 + beta2 * (v - slope**2)
        mean, square = m / (1 - math.pow(beta1, t)), v / (1 - math.pow(beta2, t))
        after.append((x - lr * mean / (square**0.5 + eps), m, v))
    return (*map(np.array, zip(*after, strict=True)), t)


def without_eps(state, g, lr=0.1, beta1=0.9, beta2=0.999):
    return adam(state, g, lr, beta1, beta2, eps=0)


def single_precision(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v = (np.asarray(a, np.float32) for a in state[:3])
    after = adam(AdamState(x, m, v, state.t), np.asarray(g, np.float32), lr, beta1, beta2, eps)
    return AdamState(*(np.asarray(a, np.float32) for a in after[:3]), after.t)


def any_keywords(state, g, **hyper):
    return adam(state, g, **hyper)


def other_names_and_order(state, g, beta_2=0.9, epsilon=1e-8, beta_1=0.9, learning_rate=0.5):
    return adam(state, g, learning_rate, beta_1, beta_2, epsilon)


def only_positions(state, g, p, q, r, s):
    return adam(state, g, p, q, r, s)


class Callable:
    def __call__(self, state, g, *, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        return tuple(adam(state, g, lr, beta1, beta2, eps))


def as_list(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    return list(adam(state, g, lr, beta1, beta2, eps))


def as_object(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
    return types.SimpleNamespace(**adam(state, g, lr, beta1, beta2, eps)._asdict())


def with_more_parameters(state, g, lr=0.1, beta1=0.9, beta2=0.999, verbose=False, decay=0.0):
    assert verbose is False and decay == 0
    return adam(state, g, lr, beta1, beta2, 1e-8)


RIGHT_ADAMS = [
    with_more_parameters,
    in_place_on_copies,
    plain_lists,
    without_eps,
    single_precision,
    any_keywords,
    other_names_and_order,
    only_positions,
    Callable(),
    as_list,
    as_object,
    functools.partial(adam, eps=1e-4),
    lambda state, g: adam(state, g),
    lambda state, g, lr: adam(state, g, lr=lr, eps=1e-7),
]


@pytest.mark.parametrize("step", RIGHT_ADAMS)
def test_right_adams(step):
    assert diagnose(step, "adam").verdict == "correct"


def test_maximum_after_the_root_is_right():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999):
        x, m, v, largest_root, t = state
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        largest_root = np.maximum(largest_root, np.sqrt(v))
        return AMSGradState(x - lr * m / largest_root, m, v, largest_root, t + 1)

    assert diagnose(step, "amsgrad").verdict == "correct"


@pytest.mark.parametrize("name", ["torch", "keras", "optax", "tutorial"])
def test_other_amsgrads_are_named_and_praised(name):
    diagnosis = diagnose(getattr(optimizers, f"amsgrad_{name}"), "amsgrad")
    assert diagnosis.verdict == "variant" and diagnosis.correct
    assert diagnosis.mistake == f"variant-{name}" and "Well done" in diagnosis.message


def test_other_momentums_are_named_and_praised():
    def damped(state, g, lr=0.1, beta=0.9):
        m = beta * state.m + (1 - beta) * g
        return state._replace(x=state.x - lr * m, m=m, t=state.t + 1)

    assert diagnose(damped, "momentum")[:3] == ("variant", True, "variant-damped")
    assert diagnose(optimizers.nesterov, "momentum")[:3] == ("variant", True, "variant-nesterov")


def velocity_with_lr(state, g, lr=0.1, beta=0.9):
    x, m, t = state
    m = beta * m - lr * g
    return x + m, m, t + 1


def velocity_downhill(state, g, lr=0.1, beta=0.9):
    x, m, t = state
    m = beta * m - g
    return x + lr * m, m, t + 1


@pytest.mark.parametrize("step", [velocity_with_lr, velocity_downhill])
def test_momentum_with_another_velocity_is_right(step):
    assert diagnose(step, "momentum").verdict == "correct"


ADAMS = [student("adam", style) for style in ("vector", "loop", "efficient")]


@settings(deadline=None, max_examples=60)
@given(
    step=st.sampled_from(ADAMS),
    lr=st.floats(1e-4, 1),
    beta1=st.floats(0, 0.99),
    beta2=st.floats(0, 0.999),
    eps=st.floats(1e-12, 0.1),
)
def test_right_with_any_hyperparameters(step, lr, beta1, beta2, eps):
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    hyper = {name: np.array([value, value / 2]) for name, value in hyper.items()}
    match = matching.find_match(probe.record(step, "adam", hyper=hyper))
    assert match is not None and not match.candidate.mistakes


# What is wrong

ALL_SLIPS = [(a, style, slug) for (a, style), slips in SLIPS.items() for slug in slips]


@pytest.mark.parametrize(("algorithm", "style", "slug"), ALL_SLIPS)
def test_mistake_is_named(algorithm, style, slug):
    diagnosis = diagnose(student(algorithm, style, slug), algorithm)
    assert (diagnosis.verdict, diagnosis.correct, diagnosis.mistake) == ("mistake", False, slug)
    assert mistakes.bank()[slug].say in diagnosis.message
    assert mistakes.bank()[slug].look in diagnosis.message
    assert f"Where: step {diagnosis.step}" in diagnosis.message
    assert f", {diagnosis.quantity}: expected" in diagnosis.message
    assert not np.array_equal(diagnosis.expected, diagnosis.got)


def test_every_mistake_is_written_in_two_styles():
    written = {slug: set() for slug in mistakes.bank()}
    kinds = [(algorithms, style, slugs) for slugs, algorithms, style, _ in KINDS]
    kinds += [(algorithm, step, slugs) for slugs, algorithm, step in WRITTEN]
    kinds += [(algorithm, step, slugs) for step, algorithm, _, slugs in SAMPLES if slugs]
    for algorithm, style, slugs in ALL_SLIPS + kinds:
        for slug in written.keys() & slugs.split("+"):
            written[slug].add((algorithm, style))
    assert {slug for slug, styles in written.items() if len(styles) < 2} == set()


@pytest.mark.parametrize(
    ("slug", "where"),
    [
        ("first-moment-unscaled", (1, "m")),
        ("beta1-in-v", (1, "v")),
        ("only-v-corrected", (1, "m_hat")),
        ("only-m-corrected", (1, "v_hat")),
        ("correction-stored", (1, "m")),
        ("correction-power-fixed", (1, "m_hat")),
        ("eps-outside-bracket", (1, "x")),
        ("t-from-zero", (1, "m_hat")),
        ("second-moment-sums", (1, "v")),
        ("stale-gradient", (2, "m")),
    ],
)
def test_where_it_first_shows(slug, where):
    diagnosis = diagnose(student("adam", "vector", slug), "adam")
    assert (diagnosis.step, diagnosis.quantity) == where


@pytest.mark.parametrize(
    ("algorithm", "old", "new", "slug"),
    [
        ("adam", "v / (1 - beta2**t)", "v / (1 - beta1**t)", "beta1-in-v"),
        ("adam", "m / (1 - beta1**t)", "m / (1 - beta2**t)", "beta2-in-m"),
        ("adam", "(1 - beta2) * g**2", "(1 - beta2) * g", "square-missing"),  # nan from step 2 on
        ("amsgrad", "np.maximum(v_max, v)", "v", "max-not-stored"),
        ("gradient_descent", "x - lr * g", "lr * g", "old-x-missing"),
        ("nesterov", "lr * (g + beta * m)", "lr * g + lr * beta * m", "look-ahead-sign"),
        ("nesterov", "lr * (g + beta * m)", "lr * g + beta * m", "lr-on-one-part"),
        ("nesterov", "lr * (g + beta * m)", "(g + lr * beta * m)", "lr-on-one-part"),
    ],
)
def test_mistake_in_one_place(algorithm, old, new, slug):
    text = RIGHT[algorithm, "vector"]
    assert old in text
    assert diagnose(student_code.function(text.replace(old, new)), algorithm).mistake == slug


def test_a_memory_outside_the_state_that_starts_anew_with_each_run():
    memory = {}

    def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        if state.t == 0:
            memory.update(adam_state=state)
        memory["adam_state"] = adam(memory["adam_state"], g, lr, beta1, beta2, eps)
        return memory["adam_state"]

    assert diagnose(step, "adam").mistake == "hidden-state"


def test_the_maximum_of_two_arrays():
    def of_python(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
        v = beta2 * state.v + (1 - beta2) * g**2
        return state._replace(v=v, v_max=max(state.v_max, v))

    def of_numpy(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
        v = beta2 * state.v + (1 - beta2) * g**2
        return state._replace(v=v, v_max=np.max(state.v_max, v))

    for step in (of_python, of_numpy):
        diagnosis = diagnose(step, "amsgrad")
        assert diagnosis.mistake == "raises"
        assert "np.maximum takes the larger number in each coordinate" in diagnosis.message


def test_a_number_in_place_of_a_hyperparameter():
    text = RIGHT["gradient_descent", "vector"].replace("lr * g", "0.02 * g")
    diagnosis = diagnose(student_code.function(text), "gradient_descent")
    assert "Changing lr changes nothing: is a number written in its place?" in diagnosis.message


def test_two_mistakes_at_once():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        x, m, v, t = state
        t = t + 1
        m = beta1 * m + g
        v = beta2 * v + (1 - beta2) * g**2
        x = x + lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return AdamState(x, m, v, t)

    diagnosis = diagnose(step, "adam")
    assert diagnosis.mistake == "uphill+first-moment-unscaled"
    for slug in diagnosis.mistake.split("+"):
        assert mistakes.bank()[slug].say in diagnosis.message


def test_pairs_with_the_same_numbers_are_both_said():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        x, m, v, t = state
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return AdamState(x - lr * g / (np.sqrt(v) + eps), m, v, t + 1)

    diagnosis = diagnose(step, "adam")
    assert "gradient-not-moment" in diagnosis.mistake.split("+")
    assert "These two would give the same numbers" in diagnosis.message


def test_mistake_in_a_variant_is_named():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        after = optimizers.amsgrad_torch(state, g, lr, beta1, beta2, eps)
        return after._replace(v=after.v_max)

    assert diagnose(step, "amsgrad").mistake == "max-fed-back"


def test_never_guesses():
    def step(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        return adam(state, g, lr, beta1, beta2, eps)._replace(m=state.m * beta1 + 0.37 * g)

    diagnosis = diagnose(step, "adam")
    assert (diagnosis.verdict, diagnosis.mistake) == ("unknown", None)
    assert (diagnosis.step, diagnosis.quantity) == (1, "m")
    assert diagnosis.got[0] / diagnosis.expected[0] == pytest.approx(0.37 / 0.4)
    assert "v is right" not in diagnosis.message


def test_unknown_says_what_is_certain():
    def fixed_beta(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        return adam(state, g, lr, 0.9, beta2, eps)

    def twice(state, g, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        return adam(state, g, 2 * lr, beta1, beta2, eps)

    def own_lr(state, g):
        return optimizers.gradient_descent(state, g, lr=0.3)

    assert "Changing beta1 changes nothing" in diagnose(fixed_beta, "adam").message
    assert "moved 2 times as far" in diagnose(twice, "adam").message
    assert "m and v are right at this step too" in diagnose(twice, "adam").message
    assert "no parameter lr" in diagnose(own_lr, "gradient_descent").message


# Runtime problems


def nothing(state, g, lr=0.1):
    x = state.x - lr * g  # noqa: F841


def only_x(state, g, lr=0.1):
    return state.x - lr * g


def writes_into_x(state, g, lr=0.1):
    x, t = state
    x -= lr * g
    return GradientDescentState(x, t + 1)


def writes_into_g(state, g, lr=0.1):
    g *= lr
    return GradientDescentState(state.x - g, state.t + 1)


def too_many_axes(state, g, lr=0.1):
    return (state.x - lr * g)[:, None], state.t + 1


def too_many_fields(state, g, lr=0.1):
    return state.x - lr * g, 0.0, state.t + 1


def a_string(state, g, lr=0.1):
    return "done"


def raises(state, g, lr=0.1):
    step_size = lr * slope  # noqa: F821
    return step_size


def leaves(state, g, lr=0.1):
    raise SystemExit


def nan(state, g, lr=0.1):
    return state.x * np.nan, state.t + 1


def for_ever(state, g, lr=0.1):
    while True:
        try:  # noqa: SIM105
            g = g + 1
        except:  # noqa: E722
            pass


def remembers(state, g, lr=0.1, steps=[]):  # noqa: B006
    steps.append(lr * g)
    return state.x - sum(steps), state.t + 1


RUNTIME_PROBLEMS = {
    nothing: "returns-none",
    only_x: "returns-only-x",
    writes_into_x: "changes-its-input",
    writes_into_g: "changes-its-input",
    too_many_axes: "wrong-shape",
    too_many_fields: "wrong-shape",
    a_string: "wrong-shape",
    raises: "raises",
    leaves: "raises",
    nan: "not-finite",
    for_ever: "never-ends",
    remembers: "hidden-state",
}


@pytest.mark.parametrize(("step", "slug"), RUNTIME_PROBLEMS.items())
def test_a_runtime_problem_is_named(step, slug, capsys):
    diagnosis = diagnose(step, "gradient_descent")
    assert (diagnosis.verdict, diagnosis.mistake) == ("mistake", slug)
    check(step, "gradient_descent")
    assert capsys.readouterr().out.startswith("✗ Not yet: ")


def test_a_maximum_that_asks_only_whether_there_is_any():
    def step(state, g, lr=1e-3, beta1=0.9, beta2=0.999):
        x, m, v, v_max, t = state
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max.any(), v.any())
        return AMSGradState(x - lr * m / np.sqrt(v_max), m, v, v_max, t + 1)

    diagnosis = diagnose(step, "amsgrad")
    assert (diagnosis.verdict, diagnosis.quantity) == ("unknown", "v_max")


def test_error_comes_with_its_line():
    message = diagnose(raises, "gradient_descent").message
    assert "NameError: name 'slope' is not defined" in message
    assert f"line {raises.__code__.co_firstlineno + 1}: `step_size = lr * slope" in message


def test_mistake_and_runtime_problem_together():
    def step(state, g, lr=0.1):
        x, t = state
        x += lr * g
        return GradientDescentState(x, t + 1)

    assert diagnose(step, "gradient_descent").mistake == "uphill+changes-its-input"


def raises_not_implemented(state, g, lr=0.1):
    raise NotImplementedError


def three_dots(state, g, lr=0.1): ...


def only_a_docstring(state, g, lr=0.1):
    """The step."""


def three_dots_inside(state, g, lr=0.1):
    x, t = state
    ...
    return GradientDescentState(x, t + 1)


def three_dots_for_x(state, g, lr=0.1):
    x, t = state
    x = ...
    return GradientDescentState(x, t + 1)


def three_dots_in_a_formula(state, g, lr=0.1):
    x, t = state
    change = ...
    return GradientDescentState(x - lr * change, t + 1)


def three_dots_returned(state, g, lr=0.1):
    return ...


STUBS = [
    raises_not_implemented,
    three_dots,
    only_a_docstring,
    three_dots_inside,
    three_dots_for_x,
    three_dots_in_a_formula,
    three_dots_returned,
    lambda state, g, lr=0.1: state,
    ...,
    None,
]


@pytest.mark.parametrize("step", STUBS)
def test_stub_is_not_attempted(step, capsys):
    diagnosis = diagnose(step, "gradient_descent")
    assert (diagnosis.verdict, diagnosis.correct, diagnosis.mistake) == (
        "not-attempted",
        False,
        None,
    )
    check(step, "gradient_descent")
    assert capsys.readouterr().out.startswith("○ Not attempted")


def test_code_that_moves_nothing_is_told_so():
    def step(state, g, lr=0.1):
        state.x - lr * g
        return state

    diagnosis = diagnose(step, "gradient_descent")
    assert diagnosis.verdict == "not-attempted" and "as it went in" in diagnosis.message


def test_prints_are_shown_once(capsys):
    def step(state, g, lr=0.1):
        print("I am at", state.t)
        return GradientDescentState(state.x - lr * g, state.t + 1)

    assert diagnose(step, "gradient_descent").correct
    assert capsys.readouterr().out == ""
    check(step, "gradient_descent")
    assert capsys.readouterr().out == "I am at 0\n✓ Right: All numbers of six steps agree.\n"


@pytest.mark.parametrize("step", [3, "adam", [], AdamState, np.zeros, print, type, object()])
def test_check_never_raises(step, capsys):
    for algorithm in ALGORITHMS:
        check(step, algorithm)
    check(adam, "adamm")
    assert "algorithm must be one of" in capsys.readouterr().out


class AsInTorch:
    def __init__(self, lr=0.1):
        self.lr = lr

    def step(self, g):
        self.x = self.x - self.lr * g


def one_by_one(x, g, m, v, t, lr=0.1):
    return x - lr * g, m, v, t + 1


def handed_back(x, g, m, v, t, lr=0.1):
    return x, m, v, t


ADAM_CALL = r"the check calls it with \(state, g, lr=..., beta1=..., beta2=..., eps=...\)\."
WHOLE_STATE = r"\nThe first thing is the whole state, AdamState\(x, m, v, t\): "


@pytest.mark.parametrize(
    ("step", "takes"),
    [
        (one_by_one, r"\(x, g, m, v, t, lr=0.1\)"),
        (handed_back, r"\(x, g, m, v, t, lr=0.1\)"),
        (AsInTorch().step, r"\(g\)"),
        (lambda x, g, lr=0.1: x - lr * g, r"\(x, g, lr=0.1\)"),
        (lambda g, state, lr=0.1: state.x - lr * g, r"\(g, state, lr=0.1\)"),
        (lambda state: state, r"\(state\)"),
        (lambda state, g, a, b, c, d, e: state, r"\(state, g, a, b, c, d, e\)"),
        (lambda: 3, r"\(\)"),
    ],
)
def test_a_function_that_is_called_in_another_way(step, takes):
    diagnosis = diagnose(step, "adam")
    assert diagnosis[:3] == ("mistake", False, "other-signature")
    said = f"Your function takes {takes}; {ADAM_CALL}{WHOLE_STATE}"
    assert re.match(said, diagnosis.message)


def test_an_error_inside_comes_with_the_signature_where_this_may_be_the_reason():
    diagnosis = diagnose(lambda g, here, lr=0.1: here.x - lr * g, "gradient_descent")
    assert diagnosis.mistake == "raises" and "has no attribute 'x'" in diagnosis.message
    assert "takes (g, here, lr=0.1); the check calls it with (state, g, lr" in diagnosis.message

    def taken_apart(x, g, lr=0.1):
        x, t = x
        return x - lr * g[:1, None, None] @ g, t + 1

    def misspelt(x, g, lr=0.1):
        return x.x - lr * gg, x.t + 1  # noqa: F821

    for step, said in ((taken_apart, "matmul"), (misspelt, "'gg' is not defined")):
        diagnosis = diagnose(step, "gradient_descent")
        assert diagnosis.mistake == "raises" and said in diagnosis.message


def test_a_right_function_may_call_its_state_x():
    assert diagnose(lambda x, g, lr=0.1: (x.x - lr * g, x.t + 1), "gradient_descent").correct


@pytest.mark.parametrize(
    ("came", "got"),
    [
        (AsInTorch, "the class AsInTorch"),
        (AsInTorch(), "an object of the class AsInTorch"),
    ],
)
def test_a_class_in_the_place_of_a_function(came, got, capsys):
    diagnosis = diagnose(came, "gradient_descent")
    assert diagnosis.verdict == "unknown" and diagnosis.mistake is None
    assert f"The check needs a function, but got {got}.\n" in diagnosis.message
    assert "def my_step(state, g, lr=...), that returns GradientDesc" in diagnosis.message
    check(came, "gradient_descent")
    assert got in capsys.readouterr().out


def test_of_code_that_cannot_be_read_only_the_line_is_said():
    space = {}
    exec("def step(state, g, lr=0.1):\n    return 1 / 0", space)
    assert "Where: line 2.\n" in diagnose(space["step"], "gradient_descent").message


def test_unknown_algorithm_is_a_value_error():
    with pytest.raises(ValueError, match=r"one of gradient_descent, .* check\(my_step"):
        diagnose(adam, "adamm")


def test_same_answer_every_time():
    for slug in ("uphill", "t-from-zero", "stale-gradient"):
        first, second = (diagnose(student("adam", "vector", slug), "adam") for _ in range(2))
        assert first.message == second.message


# Mutation of the library's own code


def test_no_mutation_of_the_library_is_called_correct():
    seen = 0
    for step in (adam, amsgrad):
        for change, mutant in student_code.mutants(step):
            seen += 1
            diagnosis = diagnose(mutant, step.__name__)
            assert diagnosis.verdict != "correct", f"{step.__name__}: {change}"
    assert seen > 150


def test_the_lines_of_the_bank_compute_what_the_library_computes():
    for algorithm in ALGORITHMS:
        trace = probe.record(getattr(optimizers, algorithm), algorithm)
        right = matching.right_traces(trace)[0]
        for name, values in trace.states.items():
            assert matching.distance(values, right[name]) < 1e-14, (algorithm, name)


def test_rounding_beyond_single_precision_is_named_and_raises_nothing():
    def half(state, g, lr=0.1):
        x, t = state
        return GradientDescentState(np.float16(x - lr * g), t + 1)

    def drifting(state, g, lr=0.1, beta=0.9):
        x, m, t = state
        m = beta * m + g
        return x - lr * m + 2e-11, m, t + 1

    assert diagnose(half, "gradient_descent").verdict == "unknown"
    assert diagnose(drifting, "momentum").verdict == "unknown"
