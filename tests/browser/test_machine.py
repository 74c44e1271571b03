"""In a browser: recorded runs are those of Python, all step functions on all landscapes."""

import json

from machine_cases import COMPUTE, as_data, assert_same_runs, cases

from course_lib.live.javascript import bundle


def test_a_page_computes_the_runs_of_python(browser):
    chosen, errors = cases(), []
    code = f"""
        const compute = {COMPUTE};
        window.computed = (text) => compute(JSON.parse(text), trajectory);
    """
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(f'<script type="module">{bundle("live/js/walk.js")}{code}</script>')
    page.wait_for_function("!!window.computed")
    found = page.evaluate("window.computed", json.dumps(as_data(chosen)))
    page.close()
    assert not errors
    assert_same_runs(chosen, found)
