//! The compiled module behind the Python package `tinbergen`.

#[pyo3::pymodule]
mod _core {}
