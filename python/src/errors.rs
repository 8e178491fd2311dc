//! Errors of the library as the classes of `tinbergen.errors`.

use numpy::PyArrayMethods;
use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(tinbergen.errors, ModelError);
import_exception!(tinbergen.errors, NumericalError);
import_exception!(tinbergen.errors, MemoryLimitError);

/// Fetches what is otherwise fetched when it is first used, by code that panics when it cannot, as
/// when Ctrl-C comes at that moment: these classes, and the two interfaces of NumPy.
pub(crate) fn load(py: Python<'_>) {
    drop(numpy::PyArray1::<f64>::zeros(py, 0, false).readonly());
    for class in [
        py.get_type::<ModelError>(),
        py.get_type::<NumericalError>(),
        py.get_type::<MemoryLimitError>(),
    ] {
        drop(class);
    }
}

/// The Python exception of an error; an interruption is whatever Python has pending.
pub(crate) fn raise(py: Python<'_>, error: &tinbergen::Error) -> PyErr {
    if error.is_interrupted() {
        return match PyErr::take(py) {
            Some(pending) => pending,
            None => pyo3::exceptions::PyKeyboardInterrupt::new_err(()),
        };
    }
    if error.is_memory() {
        return MemoryLimitError::new_err(error.to_string());
    }
    match problems(py, error) {
        Ok(problems) if error.is_numerical() => NumericalError::new_err((problems,)),
        Ok(problems) => ModelError::new_err((problems,)),
        Err(error) => error,
    }
}

/// The problems as objects of the class `Problem`.
fn problems(py: Python<'_>, error: &tinbergen::Error) -> PyResult<Vec<Py<PyAny>>> {
    let class = py.import("tinbergen.errors")?.getattr("Problem")?;
    error
        .problems()
        .iter()
        .map(|p| Ok(class.call1((&p.file, p.line, &p.address, &p.message))?.unbind()))
        .collect()
}
