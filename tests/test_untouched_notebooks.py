"""Notebooks give what they show; no exercise is ticked unsolved; no answer stops a notebook.

An exercise is a cell with the tag "exercise": a stub, then its check as the last statement.
"""

import ast
import re
import symtable
from contextlib import contextmanager
from typing import NamedTuple

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from refresh_notebooks import NOTEBOOKS, client_of, compared

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
MUSEUM = "08_bug_museum.ipynb"  # its exhibits are repaired in the cell before their check
TAGS = ["exercise", "raises-exception"]
BODIES = {
    "raise ValueError('what a pity')": r"an error, ValueError: what a pity(.|\n)*line \d",
    "return None": "with (a )?return|Write your lines|returns nothing",
    "while True: pass": "did not come to an end",
}
SHORTER_LIMIT = """from course_lib.utils.sandbox import run_safely

usual_limit = run_safely.__kwdefaults__["seconds"]
run_safely.__kwdefaults__["seconds"] = 0.2"""
USUAL_LIMIT = 'run_safely.__kwdefaults__["seconds"] = usual_limit'


class Exercise(NamedTuple):
    place: int  # of its cell
    stub: str
    check: str
    name: str  # what the check reads


@pytest.fixture(params=PATHS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, 4)


def exercises(notebook):
    """All exercises of a notebook."""
    for place, cell in enumerate(notebook.cells):
        if "exercise" in cell.metadata.get("tags", ()):
            check = ast.parse(cell.source).body[-1]
            *stub, last = cell.source.splitlines()
            assert check.lineno == len(stub) + 1, f"the check is not the last line: {last}"
            call = check.value
            name = call.args[1 if call.func.id == "check_exercise" else 0].id
            yield Exercise(place, "\n".join(stub), last, name)


def solution(notebook, exercise):
    """The code of its solution, and what that prints."""
    for cell in notebook.cells[exercise.place + 1 :]:
        code = re.search(r"^```python\n(.*?)^```", cell.source, re.DOTALL | re.MULTILINE)
        if cell.cell_type == "markdown" and code and exercise.name in bound(code[1]):
            prints = re.search(r"^```text\n(.*?)^```", cell.source, re.DOTALL | re.MULTILINE)
            return code[1], prints[1] if prints else ""
    raise AssertionError(f"no solution defines {exercise.name}")


def bound(code):
    """The names that a cell gives a value, outside its functions."""
    symbols = symtable.symtable(code, "cell", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def is_code(cell):
    return cell.cell_type == "code"


def used(code):
    """All names in a cell, read or bound."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def shows(code, name):
    """Whether a cell is one live figure, in which the student's own function walks."""
    *_, last = ast.parse(code).body
    is_call = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
    return is_call and getattr(last.value.func, "id", "") == "explore" and name not in bound(code)


def bad_answers(notebook, exercise):
    """Code that gives a bad answer -> what has to be said then."""
    name = exercise.name
    code = [c.source for c in notebook.cells[: exercise.place + 1] if is_code(c)]
    for node in [node for source in code for node in ast.parse(source).body]:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            head = f"def {name}({ast.unparse(node.args)}):\n    "
            no_function = {f"{name} = 3": "A function is wanted|needs a function"}
            return {head + body: say for body, say in BODIES.items()} | no_function
    return {
        f"{name} = None": "None came",
        f"{name} = 1 / 0": rf"ZeroDivisionError(.|\n)*{name} = 1 / 0",
    }


@contextmanager
def kernel(notebook):
    """Run all cells; a function then runs one more, and gives what it prints and what it shows."""
    client = client_of(notebook, NOTEBOOKS)

    def run(source):
        notebook.cells.append(new_code_cell(source, metadata={"tags": TAGS}))
        client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
        return said(notebook.cells[-1])

    with client.setup_kernel():
        for place, cell in enumerate(notebook.cells):
            client.execute_cell(cell, place)
        client.force_raise_errors = False  # an answer may raise
        yield run


def said(cell):
    """What a cell has printed, and what its check (or an error) says."""
    printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    shown = [o.data.get("text/plain", "") for o in cell.outputs if "data" in o]
    errors = ["\n".join(o.traceback) for o in cell.outputs if o.output_type == "error"]
    return printed, re.sub(r"\x1b\[[\d;]*m", "", "\n".join(shown + errors))


def test_an_exercise_has_a_name_of_its_own_and_a_folded_solution(notebook, path):
    found = list(exercises(notebook))
    assert len({exercise.name for exercise in found}) == len(found) > 0
    code = [cell for cell in notebook.cells if is_code(cell)]
    assert not any("source_hidden" in cell.metadata.get("jupyter", {}) for cell in code)
    checks = [cell for cell in code if re.search(r"check_exercise\(|exercise=", cell.source)]
    assert checks == [notebook.cells[exercise.place] for exercise in found]
    for place, _, _, name in found:
        assert notebook.cells[place].metadata.tags == TAGS
        assert [name in bound(cell.source) for cell in code].count(True) == 1
        if path.name != MUSEUM:
            others = [cell for cell in code if not shows(cell.source, name)]
            assert [name in used(cell.source) for cell in others].count(True) == 1
            box = notebook.cells[place + 1].source
            assert box.startswith("<details><summary>Solution</summary>\n\n")
            assert box.endswith("\n\n</details>")
            assert name in box


def test_a_notebook_gives_what_it_shows_and_bears_every_answer(notebook, path):
    """A stub is never right, a bad answer stops nothing, a solution is right and stays so.

    One kernel for all of it: a student's kernel has been through the same.
    """
    text = path.read_text("utf-8")
    found = list(exercises(notebook))
    bad = [bad_answers(notebook, exercise) for exercise in found]
    solutions = [solution(notebook, exercise) for exercise in found]
    printed_before = [said(notebook.cells[exercise.place])[0] for exercise in found]
    code = [(place, cell.source) for place, cell in enumerate(notebook.cells) if is_code(cell)]
    with kernel(notebook) as run:
        assert compared(text, nbformat.from_dict(notebook)) == (text, [])
        for exercise in found:
            _, shown = run(notebook.cells[exercise.place].source)
            assert re.match("[○✗?] ", shown) and "Right" not in shown
        run(SHORTER_LIMIT)
        for exercise, answers in zip(found, bad, strict=True):
            for answer, say in answers.items():
                _, shown = run(f"{exercise.stub}\n{answer}\n{exercise.check}")
                assert re.search(say, shown), f"{answer}: {shown}"
                assert "Traceback" not in shown or answer.endswith("1 / 0")
        run(USUAL_LIMIT)
        solved = {
            exercise.place: f"{exercise.stub}\n{lines}\n{exercise.check}"
            for exercise, (lines, _) in zip(found, solutions, strict=True)
        }
        names = {exercise.name for exercise in found}
        first = {
            place: run(solved.get(place, source))
            for place, source in code
            if place in solved or names & used(source)
        }
        for place, (_, shown) in first.items():
            assert "Traceback" not in shown, notebook.cells[place].source
        for exercise, before, (_, prints) in zip(found, printed_before, solutions, strict=True):
            for printed, shown in (first[exercise.place], run(solved[exercise.place])):
                assert shown.startswith("✓ Right"), exercise.name
                assert printed == before + prints


def test_a_check_after_an_error_says_that_the_answer_is_an_older_one():
    check = "check_exercise('00-steps', steps)"
    cells = {  # the last cells that run -> whether that is said
        ("steps = 36", check): False,
        ("steps = thirty", check): True,
        ("steps = 3 6", check): True,
        ("steps = thirty", f"steps = 36\n{check}"): False,
        ("steps = thirty", "steps = 36", check): False,
    }
    with kernel(new_notebook()) as run:
        run("from course_lib.checks import check_exercise")
        for sources, is_said in cells.items():
            *_, (_, shown) = map(run, sources)
            assert "✓ Right" in shown
            assert ("The cell run before this one failed" in shown) == is_said
