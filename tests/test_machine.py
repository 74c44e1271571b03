"""The browser computes recorded runs as Python does; here in node."""

import pytest
from machine_cases import COMPUTE, STEPS, as_data, assert_same_runs, cases
from nodes import node


def computed(folder, chosen):
    code = f"""
        import {{ trajectory }} from "./live/js/walk.js";
        const compute = {COMPUTE};
        console.log(JSON.stringify(compute(data, trajectory)));
    """
    return node(folder, code, as_data(chosen))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_runs_on_all_landscapes_are_those_of_python(step, tmp_path):
    chosen = [case for case in cases() if case.step is step]
    assert_same_runs(chosen, computed(tmp_path, chosen))
