"""Levers in a notebook, as a person has them: a real browser, a real Jupyter server, and a notebook that is only viewed."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from browsers import CHROMIUM, browser

import tinbergen as tb
from tinbergen.report.live import read_engine

pytest.importorskip("anywidget")
pytestmark = pytest.mark.slow

MOVE = """
root => {
  const slider = root.getElementById("lever-1");
  slider.value = "0.05";
  slider.dispatchEvent(new Event("change"));
}
"""
SHADOW = (
    "() => [...document.querySelectorAll('*')].find(one => one.shadowRoot?.getElementById('live'))"
)


def expected(plan, paths):
    """What a run says with the subsidy at 0.05."""
    scenario = tb.Scenario([tb.Change(parameter="rd_subsidy", set=0.05)])
    runs = plan.add(scenarios={"setting": scenario}).simulate(paths, seed=1, scenarios=["setting"])
    words = runs.in_words("en", scenario="setting")
    return words.probability("rd-share-2025").partition(": ")[2], words.limiting()


def wait(page, wanted, seconds=90):
    """Wait until a script gives what is wanted."""
    page.wait_for_function(f"({wanted})(({SHADOW})())", timeout=1000 * seconds)


VERIFIED = "host => host?.dataset.verified"
TAKEN = "host => host?.dataset.took"


def told(page):
    """Read what the page says of the target that was moved, and what stands in the way."""
    script = f"""() => {{
      const root = ({SHADOW})().shadowRoot;
      return [
        root.querySelector('[data-target="rd-share-2025"] .chance').textContent.split(": ").slice(1).join(": "),
        root.querySelector('[data-told="limiting"]').textContent,
      ];
    }}"""
    return tuple(page.evaluate(script))


def state(page, name):
    return page.evaluate(f"() => ({SHADOW})().dataset.{name}")


def test_a_notebook_that_is_only_viewed_is_answered_by_the_engine(plan, tmp_path):
    with browser() as playwright:
        if read_engine() is None:
            pytest.skip("needs the engine: `make engine`")
        widget = plan.explore(1000, seed=1, live="yes").widget
        names = ("_data", "_page", "_engine", "_script", "setting")
        shared = {**{name: getattr(widget, name) for name in names}, "_patience": 200}
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page()
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.evaluate(
            """async ([esm, shared]) => {
              const place = URL.createObjectURL(new Blob([esm], {type: "text/javascript"}));
              const {default: {render}} = await import(place);
              window.sent = [];
              window.shared = shared;
              const model = {
                get: name => shared[name], set: (name, value) => { shared[name] = value; }, save_changes() {},
                on() {}, off() {}, send: content => window.sent.push(content),  // there is no kernel
              };
              document.body.append(document.createElement("main"));
              render({model, el: document.querySelector("main")});
            }""",
            [widget._esm, shared],
        )
        wait(page, VERIFIED)
        same, _, all_of = state(page, "verified").partition("/")
        assert same == all_of
        assert state(page, "by") == "page"
        page.evaluate(f"() => ({MOVE})(({SHADOW})().shadowRoot)")
        wait(page, TAKEN)
        assert told(page) == expected(plan, 1000)
        assert page.evaluate("window.shared.setting.levers") == {"rd_subsidy": 0.05}
        assert wrong == []
        chromium.close()


CELLS = [
    "import tinbergen as tb\nlevers = tb.plans.yuecheng().explore(10_000, seed=1, live='no')\nlevers",
    "print('kept', {name: [(c.parameter, c.set) for c in one.changes] for name, one in levers.scenarios.items()}, levers.setting['levers'])",
]


@contextmanager
def jupyter(folder):
    """Serve a folder by a real Jupyter server, and give its address."""
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("needs jupyterlab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--notebook-dir={folder}",
    ]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=2).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "log").read_text()
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_kernel_of_a_real_server_answers_and_is_given_the_setting(plan, tmp_path):
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [{**cell, "id": f"c{k}", "source": source} for k, source in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with browser() as playwright, jupyter(tmp_path) as address:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{address}/lab/tree/book.ipynb")
        page.locator(".jp-Notebook .jp-Cell").first.click(timeout=120_000)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=120_000)
        page.keyboard.press("Shift+Enter")
        wait(page, VERIFIED, 180)
        same, _, all_of = state(page, "verified").partition("/")
        assert same == all_of
        assert state(page, "by") == "kernel"
        page.evaluate(f"() => ({MOVE})(({SHADOW})().shadowRoot)")
        wait(page, TAKEN)
        assert told(page) == expected(plan, 10_000)
        print("a move of 10,000 paths took", state(page, "took"))
        page.evaluate(f"() => ({SHADOW})().shadowRoot.getElementById('keep').click()")
        page.locator(".jp-Notebook .jp-Cell").last.click()
        page.keyboard.press("Control+Enter")
        output = page.locator(".jp-RenderedText", has_text="kept")
        output.wait_for(timeout=60_000)
        said = "{'setting_1': [('rd_subsidy', 0.05)]} {'rd_subsidy': 0.05}"
        assert said in output.inner_text()
        if place := os.environ.get("TINBERGEN_SHOT"):
            page.screenshot(path=place)
        chromium.close()
