"""Firefox and WebKit: the same steps in both, on a page of the site opened from its file.

A step is a list: ``["wait", selector]``, ``["press", selector, key]``, ``["click", selector]`` or
``["evaluate", expression]``. The results are those of the expressions, in order.
"""

import json
import os
import shutil
import subprocess
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PUPPETEER = "puppeteer-core@25.16.0"  # drives Firefox over WebDriver BiDi
MODULES = HERE / ".engines"  # where npm puts it; never committed
WEBKIT = ["webkit2gtk-4.1", "webkit2gtk-4.0"]  # folders of Debian's package
PATIENCE = 60  # seconds for one step


class NoEngine(Exception):
    """An engine, or what drives it, is not on this machine."""


def run_firefox(file, steps):
    """The results of the steps in Firefox."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if not (firefox and shutil.which("npm")):
        raise NoEngine("no Firefox or no npm here (Debian: firefox-esr, npm)")
    if not (MODULES / "node_modules/puppeteer-core").exists():
        command = ["npm", "install", "--silent", "--no-audit", "--prefix", MODULES, PUPPETEER]
        if subprocess.run(command, check=False).returncode:
            raise NoEngine(f"npm could not install {PUPPETEER}")
    command = ["node", HERE / "firefox.mjs", MODULES, firefox, file.as_uri()]
    done = subprocess.run(
        command, input=json.dumps(steps), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_webkit(file, steps):
    """The results of the steps in WebKit."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    driver_path = shutil.which("WebKitWebDriver")
    browsers = [path for name in WEBKIT for path in Path("/usr/lib").glob(f"*/{name}/MiniBrowser")]
    if not (driver_path and browsers and shutil.which("Xvfb")):
        raise NoEngine("no WebKit here (Debian: webkit2gtk-driver, xvfb)")
    options = Options()
    options.binary_location = str(browsers[0])
    options.add_argument("--automation")
    with screen() as display, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # selenium's own calls
        service = Service(driver_path, env={**os.environ, "DISPLAY": display})
        driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            driver.set_window_size(1280, 900)
            driver.get(file.as_uri())
            results = [take(driver, *step) for step in steps]
        finally:
            driver.quit()
    return [result for step, result in zip(steps, results, strict=True) if step[0] == "evaluate"]


def take(driver, kind, words, key=None):
    """Take one step in WebKit; return the result of an expression."""
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    if kind == "evaluate":
        return driver.execute_script(f"return {words}")

    def visible(driver):
        return [one for one in driver.find_elements("css selector", words) if one.is_displayed()]

    element = WebDriverWait(driver, PATIENCE).until(visible)[0]
    driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
    if kind == "press":
        name = "".join(f"_{letter}" if letter.isupper() else letter for letter in key).upper()
        element.send_keys(getattr(Keys, name.lstrip("_"), key))
    elif kind == "click":
        element.click()
    return None


@contextmanager
def screen():
    """A screen that nobody sees; yields its name."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield f":{process.stdout.readline().decode().strip()}"
    finally:
        process.terminate()
        process.communicate()


def results_in(run, file, steps):
    """The results of the steps; without the engine a test is skipped, or fails where CI is set."""
    try:
        return run(file, steps)
    except NoEngine as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
