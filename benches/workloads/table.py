"""The table of docs/benchmarks.md: how it is written, and where."""

import statistics
from pathlib import Path

from workloads.common import BY_HAND, OURS

BEGIN, END = "<!-- table: written by make bench -->", "<!-- end of the table -->"
HEAD = "| who | ms | range | ratio | range of rounds | processors, ms | ratio |"
RULE = "|---|---|---|---|---|---|---|"


def figure(value: float) -> str:
    """Return a number with three digits."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def row_of(row: dict) -> str:
    """Return a line of the table."""
    name, low, high = row["name"], *(1e3 * second for second in row["range"])
    notes = [row["note"]] if row["note"] else []
    if row["share"] < 1:
        notes.append(f"extrapolated from {100 * row['share']:g} % of the work")
    if notes:
        name += f" ({'; '.join(notes)})"
    cells = [
        name,
        figure(1e3 * row["seconds"]),
        f"{figure(low)} to {figure(high)}",
        figure(row["ratio"]),
        " to ".join(figure(ratio) for ratio in row["ratio_range"]),
        figure(1e3 * row["processor_seconds"]),
        figure(row["processor_ratio"]),
    ]
    return "| " + " | ".join(cells) + " |"


def beside(rows: list[dict]) -> str:
    """Return how many times as long as the plan by hand everybody takes whom it is a mark for."""
    by_name = {row["name"]: row["times"] for row in rows}
    if BY_HAND not in by_name:
        return ""
    told = []
    for name in (OURS, "NumPy, expert, two threads"):
        pairs = list(zip(by_name[name], by_name[BY_HAND], strict=True))
        each = [[mine[k] / hand[k] for mine, hand in pairs] for k in range(2)]
        middle = [statistics.median(c) / statistics.median(h) for c, h in zip(zip(*by_name[name], strict=True), zip(*by_name[BY_HAND], strict=True), strict=True)]  # fmt: skip
        told.append(
            f"{name} takes {figure(middle[0])} times as long ({figure(min(each[0]))} to {figure(max(each[0]))} in the "
            f"rounds; by processors {figure(middle[1])}, {figure(min(each[1]))} to {figure(max(each[1]))})"
        )
    return f" Beside the plan by hand {'; '.join(told)}."


def markdown(found: dict) -> str:
    """Return all tables, with what they ran on."""
    machine, parts = found["machine"], []
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    load = " before and ".join(f"{value:.1f}" for value in machine["load"])
    parts.append(
        f"{machine['date']}, {machine['processors']} processors ({machine['processor']}), {machine['system']}, "
        f"Python {machine['python']}, {versions}. Load {load} after; {machine['seconds'] / 60:.0f} minutes."
    )
    for work in found["workloads"]:
        lines = [f"### {work['title']}", "", HEAD, RULE, *map(row_of, work["rows"])]
        ours = work["rows"][0]["seconds"]
        said = f"{work['rounds']} rounds; {1e9 * ours / work['numbers']:.1f} ns a number."
        if work["absent"]:
            names = "; ".join(f"{name} ({why})" for name, why in work["absent"].items())
            said += f" Absent: {names}."
        if work["peaks"]:
            names = "; ".join(f"{name} {figure(peak)}" for name, peak in work["peaks"].items())
            said += f" Peak of memory over what is there before, in MB: {names}."
        parts += ["\n".join(lines), said + beside(work["rows"])]
    return "\n\n".join(parts)


def into_page(page: Path, text: str) -> None:
    """Put the table between its marks."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
