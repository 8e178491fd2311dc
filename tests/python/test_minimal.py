"""NumPy is enough: no optional library is imported until it is asked for."""

import subprocess
import sys

SCRIPT = """
import sys

OPTIONAL = ("pandas", "polars", "pyarrow", "xarray", "matplotlib", "tqdm", "IPython")

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in OPTIONAL:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())

import tinbergen as tb
from tinbergen.shell.cli import main

model = tb.plans.yuecheng()
runs = model.simulate(100, seed=1, progress=True)
print(runs.attainment())
runs["baseline"].fan("gdp").to_csv()
model._repr_html_()
for convert in ("to_pandas", "to_polars", "to_arrow", "to_xarray"):
    try:
        getattr(runs["baseline"], convert)()
    except ImportError as error:
        assert "pip install" in str(error), error
    else:
        raise AssertionError(convert)
try:
    runs["baseline"].plot.fan("gdp")
except ImportError as error:
    assert 'pip install "tinbergen[plot]"' in str(error), error
else:
    raise AssertionError("plot")
assert main(["run", str(tb.plans.path()), "--paths", "10", "--out", sys.argv[1]]) == 0
assert main(["run", str(tb.plans.path()), "--paths", "10", "--charts", "--out", sys.argv[1]]) == 2
"""


def test_everything_but_conversions_and_charts_works_with_numpy_alone(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no charts" in done.stderr
