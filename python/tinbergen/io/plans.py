"""Plan files that come with the package, and what a new one begins with."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from tinbergen.basics.files import write_atomically
from tinbergen.basics.language import language_tag
from tinbergen.basics.table import Table
from tinbergen.errors import UnknownNameError
from tinbergen.io.plan_files import read_plan
from tinbergen.written.model import Model

__all__ = [
    "Frequency",
    "macro",
    "minimal",
    "names",
    "new",
    "new_text",
    "outturns",
    "path",
    "peers",
    "portugal",
    "read",
    "shipped",
    "yuecheng",
]

Frequency: TypeAlias = Literal["annual", "quarterly"]
"""How often the figures of a new plan come."""

_FOLDER = Path(__file__).parents[1] / "data"


def names() -> tuple[str, ...]:
    """Name the plans that there are.

    Examples
    --------
    >>> names()
    ('macro', 'minimal', 'portugal', 'yuecheng')
    """
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def shipped(*, language: str = "en") -> Table:
    """List the plans that there are, with what they are about.

    Parameters
    ----------
    language
        The language of the labels.

    Returns
    -------
    Table
        Columns name, about, periods, and the numbers of indicators, targets, scenarios and levers.

    Examples
    --------
    >>> print(shipped().select("name", "periods", "targets").to_text())
    name      periods           targets
    macro     2009-Q4..2012-Q4        6
    minimal   2021..2035              1
    portugal  2020..2030              3
    yuecheng  2021..2035             32
    """
    tag = language_tag(language)
    models = {name: read(name) for name in names()}
    return Table(
        {
            "name": list(models),
            "about": [model.text(tag) for model in models.values()],
            "periods": [str(model.periods) for model in models.values()],
            "indicators": [len(model.indicators) for model in models.values()],
            "targets": [len(model.targets) for model in models.values()],
            "scenarios": [len(model.scenarios) for model in models.values()],
            "levers": [len(model.levers) for model in models.values()],
        }
    )


def path(name: str = "yuecheng") -> Path:
    """Return the path of a plan file.

    Examples
    --------
    >>> path("yuecheng").name
    'yuecheng.toml'
    """
    if name not in names():
        raise UnknownNameError("plan", name, names())
    return _FOLDER / f"{name}.toml"


def read(name: str) -> Model:
    """Read a plan by its name.

    Examples
    --------
    >>> read("minimal").name
    'Doubling in fifteen years'
    """
    return read_plan(path(name))


def outturns(name: str = "yuecheng") -> Table:
    """Read the actual values of a plan: what happened after its histories end.

    Returns
    -------
    Table
        Columns indicator, period, value, vintage (the date it was known), and others that the
        file has.

    Raises
    ------
    FileNotFoundError
        When the plan comes without actual values.

    Examples
    --------
    >>> outturns("yuecheng").columns[:3]
    ('indicator', 'period', 'value')
    """
    rows = _rows_beside(name, "outturns", "actual values")
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    return Table({**columns, "value": [float(row["value"]) for row in rows]})


def _rows_beside(name: str, what: str, in_words: str) -> list[dict[str, str]]:
    """Read the rows of a table that stands beside a plan."""
    file = path(name).with_name(f"{name}_{what}.csv")
    if not file.exists():
        have = [known for known in names() if (_FOLDER / f"{known}_{what}.csv").exists()]
        raise FileNotFoundError(
            f'plan "{name}" comes without {in_words}; there are some of {", ".join(have)}'
        )
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def peers(name: str = "portugal") -> Table:
    """Read the figures of other places from which a plan can learn.

    Returns
    -------
    Table
        A column that names the place, one of years, and one for each indicator, in the unit of the plan. The place
        of the plan is among them.

    Raises
    ------
    FileNotFoundError
        When the plan comes without peers.

    Examples
    --------
    >>> peers("portugal").columns
    ('country', 'year', 'gdp', 'exports_share')
    """
    rows = _rows_beside(name, "peers", "peers")
    place, year, *indicators = rows[0]
    return Table(
        {
            place: [row[place] for row in rows],
            year: [int(row[year]) for row in rows],
            **{key: [float(row[key]) for row in rows] for key in indicators},
        }
    )


def macro() -> Model:
    """Read a quarterly model of the United States, 2009 to 2012, with targets on years.

    Examples
    --------
    >>> macro().periods
    Span('2009-Q4..2012-Q4')
    """
    return read("macro")


def minimal() -> Model:
    """Read the smallest plan with every part: China's output of 2020 doubled by 2035.

    Examples
    --------
    >>> len(minimal().targets)
    1
    """
    return read("minimal")


def portugal() -> Model:
    """Read a national strategy on open data: R&D, employment and exports of Portugal to 2030.

    Examples
    --------
    >>> [target.id for target in portugal().targets]
    ['rd-2030', 'employment-2030', 'exports-2030']
    """
    return read("portugal")


def yuecheng() -> Model:
    """Read the 14th five-year plan of Yuecheng District (Shaoxing, Zhejiang), 2021 to 2035.

    Examples
    --------
    >>> yuecheng().periods
    Span('2021..2035')
    """
    return read("yuecheng")


def new_text(frequency: Frequency = "annual", language: str = "en") -> str:
    """Return a commented plan to begin with: every figure in it is made up.

    Parameters
    ----------
    frequency
        ``"annual"`` or ``"quarterly"``.
    language
        The language of comments and labels: ``"en"``, ``"zh"`` or ``"de"``.

    Examples
    --------
    >>> text = new_text("quarterly")
    >>> text.splitlines()[3]
    'name = "My quarterly plan"'
    """
    if frequency not in get_args(Frequency):
        raise UnknownNameError("frequency", frequency, get_args(Frequency))
    return (_FOLDER / "new" / f"{frequency}.{language_tag(language)}.toml").read_text(
        encoding="utf-8"
    )


def new(
    file: str | Path,
    *,
    frequency: Frequency = "annual",
    language: str = "en",
    replace: bool = False,
) -> Path:
    """Write a commented plan to begin with, and give its path.

    Parameters
    ----------
    file
        The new plan file.
    frequency
        ``"annual"`` or ``"quarterly"``.
    language
        The language of comments and labels: ``"en"``, ``"zh"`` or ``"de"``.
    replace
        Whether a file of that name is replaced.

    Raises
    ------
    FileExistsError
        When there is a file of that name, unless ``replace``.

    Examples
    --------
    >>> import tempfile, pathlib, tinbergen as tb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = tb.plans.new(pathlib.Path(folder) / "plan.toml")
    ...     tb.read_plan(file).name
    'My plan'
    """
    text, file = new_text(frequency, language), Path(file)
    if file.exists() and not replace:
        raise FileExistsError(f"{file}: there is a file of that name; replace=True replaces it")
    return write_atomically(file, text)
