"""Change the library in one place at a time, and see which changes no test notices.

    python tests/mutate.py                            every module of TESTS
    python tests/mutate.py optimizers --sample 100    one module, 100 changes drawn by lot

Needs tests/mutation-requirements.txt. A change that no test notices is shown: write a test that
notices it, or see that nobody could (a bound that is never reached, a start that is overwritten).
All happens in a copy of the project, which is deleted at the end.

The changes are cosmic-ray's, and two of our own. The run is not: cosmic-ray starts Python anew
for each change, 2 to 3 seconds each; here a process forks with everything imported, where it can.
mutmut is as quick, but it does not run on Windows, puts functions of its own into a module, which
our tests count, and cannot change what is made at import, such as the landscapes.
"""

import argparse
import ast
import difflib
import gc
import importlib.util
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from parso.python.tree import Name

ROOT = Path(__file__).parents[1]
TESTS = {
    "optimizers": ["tests/test_optimizers.py"],
    "objectives": ["tests/test_objectives.py"],
    "derivatives": ["tests/test_derivatives.py"],
    "experiments/verdicts": ["tests/test_verdicts.py"],
    "checks/numbers": ["tests/test_exercises.py"],
    "checks/functions": ["tests/test_function_exercises.py"],
    "checks/exercises": ["tests/test_exercise_functions.py", "tests/test_exercises.py"],
    "checks/feedback": ["tests/test_feedback.py"],
}
ENGINE = (
    "findings",
    "probe",
    "parameters",
    "matching",
    "mistakes",
    "behaviour",
    "advice",
    "explain",
)
JUDGED = [
    "tests/test_parameters.py",
    "tests/test_checks.py",
    "tests/test_checks_unseen.py",
    "tests/test_checks_kinds.py",
]
TESTS |= {f"checks/{name}": JUDGED for name in (*ENGINE, "runtime_problems")}
# We have no bits, a remainder or floor division in place of a sum is nobody's slip, a plus sign
# changes nothing that its absence does not, and Variable* want to be configured.
UNUSED = ("Bit", "Shift", "Invert", "Mod", "_FloorDiv", "UAdd", "Variable")
PROCESSES = multiprocessing.get_context(
    "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
)


class ReplaceText:
    """Another text, or another piece of an f-string; docstrings stay."""

    def mutation_positions(self, node):
        text = node.type == "string" and node.parent.type != "simple_stmt"
        return [(node.start_pos, node.end_pos)] * (text or node.type == "fstring_string")

    def mutate(self, node, index):
        node.value = '"XX"' if node.type == "string" else "XX"
        return node


class RemoveCall:
    """A call whose value nobody uses, such as a check of the input, is left out."""

    def mutation_positions(self, node):
        call = node.type == "atom_expr" and node.parent.type == "simple_stmt"
        return [(node.start_pos, node.end_pos)] * call

    def mutate(self, node, index):
        return Name("pass", node.start_pos, node.get_first_leaf().prefix)


def places(source):
    """What can be changed: pairs of an operator and the number of its occurrence."""
    names = [name for name in operator_names() if not any(word in name for word in UNUSED)]
    nodes = list(ast_nodes(get_ast(source)))
    found = []
    for operator in [*(get_operator(name)() for name in names), ReplaceText(), RemoveCall()]:
        occurrences = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        found += [(operator, occurrence) for occurrence in range(occurrences)]
    return found


def compiles(source):
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def run_tests(copy, tests):
    """Run the tests in the copy of the project, in a process of its own; its exit code tells."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # loading them takes longer than the tests
    arguments = ["-x", "-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0", *tests]
    with open(os.devnull, "w") as quiet, redirect_stdout(quiet), redirect_stderr(quiet):
        sys.exit(pytest.main(arguments))


def passes(copy, tests, seconds=None):
    """Whether the tests pass, within the time."""
    process = PROCESSES.Process(target=run_tests, args=(copy, tests))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == 0


def difference(source, mutant):
    """The changed lines, the first one with its number."""
    lines = list(difflib.unified_diff(source.splitlines(), mutant.splitlines(), n=0, lineterm=""))
    number = lines[2].split()[1].lstrip("-").split(",")[0]
    return f"line {number}\n" + "\n".join(f"    {line}" for line in lines[3:])


def examine(module, copy, sample):
    """Print the changes of one module that no test notices, and how many there were."""
    path = copy / "course_lib" / f"{module}.py"
    compiled = Path(importlib.util.cache_from_source(path))
    source = path.read_text("utf-8")
    tests = [*TESTS[module], f"course_lib/{module}.py"]
    start = time.monotonic()
    if not passes(copy, tests):
        sys.exit(f"{module}: the tests fail before anything is changed")
    limit = 10 + 10 * (time.monotonic() - start)
    found = places(source)
    if sample is not None:
        found = random.Random(0).sample(found, min(sample, len(found)))
    changes = unnoticed = 0
    for operator, occurrence in found:
        mutant = mutate_code(source, operator, occurrence)
        if not compiles(mutant):
            continue
        changes += 1
        path.write_text(mutant, "utf-8")
        compiled.unlink(missing_ok=True)
        if passes(copy, tests, limit):
            unnoticed += 1
            print(f"course_lib/{module}.py, {difference(source, mutant)}", flush=True)
    path.write_text(source, "utf-8")
    print(f"{module}: {changes} changes, {unnoticed} unnoticed", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS)}; all without")
    parser.add_argument("--sample", type=int, help="how many changes of a module, by lot")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(TESTS):
        parser.error(f"{', '.join(unknown)}: TESTS names no tests for it")
    for name in ("hypothesis.strategies", "numpy"):  # a forked process need not import them again
        importlib.import_module(name)
    gc.freeze()  # nor look for garbage in them
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "project"
        for part in ("course_lib", "tests"):
            shutil.copytree(ROOT / part, copy / part)
        shutil.copy(ROOT / "pyproject.toml", copy)
        for module in options.modules or TESTS:
            examine(module, copy, options.sample)


if __name__ == "__main__":
    main()
