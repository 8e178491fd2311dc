"""Browsers in which pages are tried: each opens a file, and says what a script gives there."""

import importlib.util
import json
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FIREFOX = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
BROWSERS = ("chromium", "firefox")


def browser():
    """Chromium, as playwright drives it."""
    if CHROMIUM is None or importlib.util.find_spec("playwright") is None:
        pytest.skip("needs Chromium and playwright")
    from playwright.sync_api import sync_playwright

    return sync_playwright()


class Opened:
    """A page that is open, whatever the browser is: it evaluates scripts."""

    def __init__(self, evaluate):
        self.evaluate = evaluate

    def wait(self, script, seconds=90):
        """Wait until a script gives something, and give it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.evaluate(script)
            if found:
                return found
            time.sleep(0.05)
        state = self.evaluate("document.getElementById('state')?.textContent")
        raise AssertionError(f"{script}: not within {seconds} s; the page says: {state}")

    def set(self, selector, value):
        """Let a control stand at a value, as a reader does."""
        text = json.dumps([selector, value])
        self.evaluate(
            f"(([s, v]) => {{ const e = document.querySelector(s); e.value = v; e.dispatchEvent(new Event('input'));"
            f" e.dispatchEvent(new Event('change')); return true; }})({text})"
        )

    def click(self, selector):
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def text(self, selector):
        return self.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")


@contextmanager
def opened(file, kind, folder):
    """Open a file in a browser, or skip the test where there is none of that kind."""
    with _chromium(file) if kind == "chromium" else _firefox(file, folder) as page:
        yield page


@contextmanager
def _chromium(file):
    with browser() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(Path(file).as_uri())
        yield Opened(page.evaluate)
        chromium.close()


@contextmanager
def _firefox(file, folder):
    """Firefox as it is released, spoken to by WebDriver BiDi."""
    if FIREFOX is None or importlib.util.find_spec("websockets") is None:
        pytest.skip("needs Firefox and websockets")
    from websockets.sync.client import connect

    profile = Path(folder) / "profile"
    profile.mkdir()
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile)]
    command.append("--remote-debugging-port=0")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "Firefox did not start"
            found = re.search(r"listening on (ws://\S+)", line)
        with connect(f"{found[1]}/session", max_size=None) as socket:
            count = 0

            def ask(method, **given):
                nonlocal count
                count += 1
                socket.send(json.dumps({"id": count, "method": method, "params": given}))
                while True:
                    told = json.loads(socket.recv(timeout=120))
                    if told.get("id") == count:
                        assert told["type"] == "success", told
                        return told["result"]

            ask("session.new", capabilities={})
            (context,) = (one["context"] for one in ask("browsingContext.getTree")["contexts"])
            ask(
                "browsingContext.navigate",
                context=context,
                url=Path(file).as_uri(),
                wait="complete",
            )

            def evaluate(script):
                told = ask(
                    "script.evaluate",
                    expression=f"Promise.resolve({script}).then(found => JSON.stringify(found) ?? 'null')",
                    target={"context": context},
                    awaitPromise=True,
                )
                assert told["type"] == "success", told
                return json.loads(told["result"]["value"])

            yield Opened(evaluate)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stderr.close()
