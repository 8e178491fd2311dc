//! Files: what Python cannot ask the system for, and how large they may be.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Return how many bytes a file may have: of a plan, a model as text, a table of outturns.
#[pyfunction]
pub(crate) fn largest(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let sizes = PyDict::new(py);
    sizes.set_item("plan", tinbergen::model::LARGEST)?;
    sizes.set_item("text", tinbergen::import::LARGEST)?;
    sizes.set_item("outturns", tinbergen::outturns::LARGEST)?;
    Ok(sizes)
}

/// Exchange two files or folders in one step: each is at its place or the other's at any time.
/// False where the system or its file system cannot.
#[pyfunction]
pub(crate) fn exchange(a: PathBuf, b: PathBuf) -> PyResult<bool> {
    imp::exchange(&a, &b).map_err(PyErr::from)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod imp {
    use std::path::Path;

    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    pub(super) fn exchange(a: &Path, b: &Path) -> std::io::Result<bool> {
        match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP | Errno::PERM) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod imp {
    pub(super) fn exchange(_: &std::path::Path, _: &std::path::Path) -> std::io::Result<bool> {
        Ok(false)
    }
}
