"""An independent simulator of plan files, and random plans to hold the library against it.

Written from the documents (DESIGN.md, docs/plan-format.md, docs/streams.md, docs/targets.md), with NumPy and
SciPy and nothing of the library: what the two agree on is what the documents say.

- `generator.random_plan(seed)` writes a plan; new kinds are one function in one list each.
- `simulator.simulate(text, paths, seed)` runs one, all paths at once.
- `measures.headroom(runs, target)` gives what a target is worth in every path.
"""
