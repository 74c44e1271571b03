"""What `check` calls right, `run`, `explore` and the maps accept; what they refuse is not right."""

import decimal
import fractions
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.checks import diagnose
from course_lib.experiments.runs import run_all
from course_lib.experiments.training import Network, load_digits, split, train
from course_lib.explorers import explore, explore_sensitivity
from course_lib.objectives import bowl
from course_lib.optimizers import AdamState, GradientDescentState, adam, gradient_descent, run

X0 = np.array([0.5, -0.25])


def returning(form):
    """gradient_descent whose answer takes another form."""

    def my_step(state, g, lr=0.1):
        return form(*gradient_descent(state, g, lr))

    return my_step


def as_objects(x):
    return np.array([fractions.Fraction(float(number)) for number in x], object)


RIGHT = {
    "a tuple": lambda x, t: (x, t),
    "a list": lambda x, t: [x, t],
    "a dict": lambda x, t: {"t": t, "x": x},
    "an object": lambda x, t: SimpleNamespace(x=x, t=t),
    "another state": lambda x, t: AdamState(x, t=t),
    "x as a list": lambda x, t: (x.tolist(), t),
    "x as a tuple": lambda x, t: GradientDescentState(tuple(x), t),
    "x of fractions": lambda x, t: (as_objects(x), t),
    "x of decimals": lambda x, t: ([decimal.Decimal(float(number)) for number in x], t),
    "x with a mask that hides nothing": lambda x, t: (np.ma.array(x), t),
    "t as an array": lambda x, t: (x, np.array(t)),
    "t in a list": lambda x, t: (x, [t]),
    "t as a float": lambda x, t: (x, float(t)),
    "t as a byte": lambda x, t: (x, np.uint8(t)),
}
WRONG = {
    "an imaginary part": lambda x, t: (x + 5j, t),
    "an imaginary part of zero": lambda x, t: (x.astype(complex), t),
    "a complex number in a list": lambda x, t: ([complex(number) for number in x], t),
    "a complex number among objects": lambda x, t: (np.array([x[0], x[1] + 0j], object), t),
    "text": lambda x, t: (x.astype(str), t),
    "text in a list": lambda x, t: ([str(x[0]), x[1]], t),
    "None": lambda x, t: (np.array([x[0], None], object), t),
    "dates": lambda x, t: (x.astype("datetime64[s]"), t),
    "hidden by a mask": lambda x, t: (np.ma.array(x, mask=[False, True]), t),
    "a number beyond all floats": lambda x, t: ([x[0], 10**400], t),
    "t as a complex number": lambda x, t: (x, t + 0j),
    "t as text": lambda x, t: (x, str(t)),
    "t for each coordinate": lambda x, t: (x, np.full(2, t)),
    "t beyond all floats": lambda x, t: (x, t + 10**400),
    "x as a column": lambda x, t: (x[:, None], t),
    "x as a matrix": lambda x, t: (np.asmatrix(x), t),
    "numbers one by one": lambda x, t: [*x, t],
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("form", RIGHT.values(), ids=RIGHT)
def test_what_is_called_right_is_accepted(form):
    step = returning(form)
    assert diagnose(step, "gradient_descent").verdict == "correct"
    wanted = run(gradient_descent, GradientDescentState(X0), bowl.grad, 5, lr=0.1)
    for found in (
        run(step, GradientDescentState(X0), bowl.grad, 5),
        run_all({"step": step}, bowl, X0, {"lr": 0.1, "n_steps": 5})["step"],
    ):
        np.testing.assert_array_equal(found.x, wanted.x)
        assert found.t.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("form", WRONG.values(), ids=WRONG)
def test_what_is_refused_is_not_called_right(form):
    step = returning(form)
    found = diagnose(step, "gradient_descent")
    assert (found.correct, found.verdict) == (False, "mistake")
    with pytest.raises(ValueError, match=r"my_step must (return|keep)") as refused:
        run(step, GradientDescentState(X0), bowl.grad, 5)
    with pytest.raises(ValueError) as same:
        run_all({"step": step}, bowl, X0, {"lr": 0.1, "n_steps": 5})
    assert str(same.value) == str(refused.value)


def test_an_imaginary_part_is_named_in_the_words_of_explore():
    def wrong(state, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        after = adam(state, g, lr, beta1, beta2, eps)
        return after._replace(x=after.x + 5j)

    found = diagnose(wrong, "adam")
    assert (found.mistake, found.step, found.quantity) == ("not-real", 1, "x")
    assert "must return real numbers" in found.message
    assert "must return real numbers" in explore(bowl, wrong).problem["text"]


@pytest.mark.parametrize(
    "slopes", [lambda x: 2 * x + 1j, lambda x: (2 * x).astype(str), lambda x: [2 * x[0], None]]
)
def test_a_gradient_that_numpy_would_cast_in_silence_is_refused(slopes):
    with pytest.raises(ValueError, match="grad must return numbers of the shape of x"):
        run(gradient_descent, GradientDescentState(X0), slopes, 5)


# Functions that are written to be called in another way


def x_alone(x, g, lr=0.1):
    return x - lr * g


def parameters(theta, gradient, lr=0.1):
    return theta - lr * gradient, 1


def one_by_one(x, m, v, t, g, lr=0.1):
    return x - lr * g


def turned_round(g, state, lr=0.1):
    x, t = state
    return x - lr * g, t + 1


def without_g(state):
    return state


@pytest.mark.parametrize("step", [x_alone, parameters, one_by_one, turned_round, without_g])
def test_a_step_of_another_signature_gets_the_words_of_the_check_everywhere(step):
    words = f"{step.__name__} must be called as {step.__name__}(state, g, lr=...), but takes ("
    whole = "The first thing is the whole state"
    assert whole in diagnose(step, "gradient_descent").message
    with pytest.raises(ValueError) as error:
        run(step, GradientDescentState(X0), bowl.grad, 5)
    assert words in str(error.value)
    problem = explore(bowl, step).problem["text"]
    assert words in problem
    assert whole in problem
    with pytest.raises(ValueError) as error:
        list(train(step, Network((64, 10)), *split(load_digits())[:2], 1, state=AdamState))
    assert words in str(error.value)
    if step is not without_g:  # which has nothing for an axis
        with pytest.raises(ValueError) as error:
            explore_sensitivity(bowl, step, n=3, n_steps=5)
        assert words in str(error.value)


def test_a_step_that_takes_any_hyperparameter_is_told_which_is_missing():
    def my_step(state, g, **hyper):
        return gradient_descent(state, g, hyper["lr"])

    assert explore(bowl, my_step).problem["text"].startswith("my_step needs lr")
    assert "lr=0.2" in repr(explore(bowl, my_step, lr=0.2))
    np.testing.assert_array_equal(
        explore(bowl, my_step, lr=0.2).histories["my_step"].x,
        explore(bowl, gradient_descent, lr=0.2).histories["gradient_descent"].x,
    )


# Hyperparameters keep the kind of their default


def in_parts(state, g, lr=0.1, k=3):
    x, t = state
    for _ in range(k):
        x = x - lr * g / k
    return x, t + 1


def with_options(state, g, lr=0.1, nesterov=True, n=5, mode="plain", clip=None, betas=(0.9, 0.99)):
    assert nesterov is True or nesterov is False
    assert (type(n), mode, clip, betas) == (int, "plain", None, (0.9, 0.99))
    return gradient_descent(state, g, lr if nesterov else lr / n)


def test_a_whole_number_stays_one():
    assert diagnose(in_parts, "gradient_descent").correct
    history = run(in_parts, GradientDescentState(X0), bowl.grad, 3, k=5)
    np.testing.assert_allclose(history.x[-1], X0 * 0.8**3)
    shown = explore(bowl, in_parts, k=4)
    k = next(spec for spec in shown.specs if spec["name"] == "k")
    assert (k["kind"], k["value"], shown.values["k"]) == ("integer", 4, 4)
    shown.set(k="7")
    assert (shown.values["k"], type(shown.values["k"])) == (7, int)
    shown.set(k=7.5)
    assert "in_parts needs a whole number" in shown.problem["text"]
    shown.set(k=2)
    assert shown.problem == {}


def test_a_truth_value_is_a_button_and_other_defaults_are_left_alone():
    shown = explore(bowl, with_options)
    kinds = {spec["name"]: spec["kind"] for spec in shown.specs}
    assert kinds == {
        "lr": "log", "nesterov": "toggle", "n": "integer", "n_steps": "integer",
        "arrows": "toggle", "objective": "menu",
    }  # fmt: skip
    fast = shown.histories["with_options"].x[-1]
    shown.set(nesterov=False)
    assert shown.problem == {}
    assert not np.array_equal(shown.histories["with_options"].x[-1], fast)
    run(with_options, GradientDescentState(X0), bowl.grad, 3, nesterov=np.bool_(False), n=2.0)
    run(with_options, GradientDescentState(X0), bowl.grad, 3, mode="plain", betas=(0.9, 0.99))
    with pytest.raises(ValueError, match=r"nesterov must be True or False, got 2\. For example"):
        run(with_options, GradientDescentState(X0), bowl.grad, 3, nesterov=2)


def test_a_whole_number_may_have_decimals_where_the_code_allows_it():
    def decayed(state, g, lr=0.1, weight_decay=0):
        return gradient_descent(state, g + weight_decay * state.x, lr)

    shown = explore(bowl, decayed)
    shown.set(weight_decay="0.01")
    assert (shown.problem, shown.values["weight_decay"]) == ({}, 0.01)
    assert explore(bowl, decayed, weight_decay=0.01).values["weight_decay"] == 0.01
    run(decayed, GradientDescentState(X0[:, None]), bowl.grad, 3, weight_decay=np.array([0, 0.5]))


def test_the_axes_of_a_map_are_hyperparameters_between_whose_values_there_are_others():
    shown = explore_sensitivity(bowl, in_parts, n=4, n_steps=9, k=2)
    axes = {spec["name"]: spec["choices"] for spec in shown.specs if spec["name"] in "xy"}
    assert "k" not in axes["x"]
    assert "k" not in axes["y"]
    assert (shown.values["k"], shown.map.fixed) == (2, {"k": 2})


# Numbers beyond all floats


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**5000], ids=["400", "-400", "5000"])
def test_a_whole_number_beyond_all_floats_gets_the_words_of_every_other(value):
    state = GradientDescentState(X0)
    for name, refused in {
        "lr": lambda: explore(bowl, gradient_descent, lr=value),
        "n_steps": lambda: explore(bowl, gradient_descent, n_steps=value),
        "x0": lambda: explore(bowl, gradient_descent, x0=[value, 0]),
        "lr ": lambda: run(gradient_descent, state, bowl.grad, 3, lr=value),
        "lr  ": lambda: run(gradient_descent, state, bowl.grad, 3, lr=lambda t: value),
        "k": lambda: run(in_parts, state, bowl.grad, 3, k=value),
        "x0 ": lambda: run(gradient_descent, GradientDescentState([value, 0]), bowl.grad, 3),
        "n": lambda: explore_sensitivity(bowl, gradient_descent, n=-abs(value)),
        "tolerance": lambda: explore_sensitivity(bowl, gradient_descent, n=3, tolerance=value),
        "noise": lambda: explore_sensitivity(bowl, gradient_descent, n=3, noise=value),
    }.items():
        with pytest.raises(ValueError, match=rf"^{name.strip()} must be .*, got "):
            refused()


@pytest.mark.parametrize("value", [10**400, 10**5000], ids=["400", "5000"])
def test_a_control_that_is_set_beyond_all_floats_keeps_the_picture(value):
    shown = explore(bowl, gradient_descent, lr=0.2)
    before = shown.sentence
    shown.set(lr=value)
    assert shown.problem["text"].startswith("lr must be a number > 0, got ")
    assert shown.sentence == before
    shown.set(lr=0.2)
    assert shown.problem == {}


@pytest.mark.parametrize("name", ["n_steps", "x0", "objective", "coordinate", "arrows"])
def test_the_names_of_the_controls_are_taken(name):
    with pytest.raises(ValueError, match=f"a hyperparameter cannot be called {name}"):
        explore(bowl, taking(name))


@pytest.mark.parametrize("name", ["seed", "noise", "x", "optimizer", "n_steps", "step", "state"])
def test_the_names_of_a_map_are_taken(name):
    with pytest.raises(ValueError, match=f"a hyperparameter cannot be called {name}"):
        explore_sensitivity(bowl, taking(name), n=3)


@pytest.mark.parametrize("name", ["step", "state", "grad", "start", "how"])
def test_all_other_names_are_free(name):
    history = run(taking(name), GradientDescentState(X0), bowl.grad, 3, **{name: 0.25})
    np.testing.assert_allclose(history.x[-1], X0 / 8)
    assert f"{name}=0.25" in repr(explore(bowl, taking(name), **{name: 0.25}))


def taking(name):
    """gradient_descent whose learning rate has another name."""
    code = f"def my_step(s, g, {name}=0.1):\n    return s.x - {name} * g, s.t + 1"
    names = {}
    exec(code, names)
    return names["my_step"]
