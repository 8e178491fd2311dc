//! The compiled module behind the Python package `tinbergen`.
