"""The workloads of the table in docs/benchmarks.md, one a file: a model, its peers, and how their answers are compared."""
