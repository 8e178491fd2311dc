//! What long work has in common: sampling, progress, interruption.

use numpy::PyReadonlyArray1;
use pyo3::conversion::FromPyObjectOwned;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::interrupt::attended;
use tinbergen::simulate::Given;
use tinbergen::{Design, Error, Sampling};

use crate::errors::raise;

/// Does long work while other threads run, and meanwhile asks Python twenty times a second whether
/// to go on.
pub(crate) fn heard<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    watched(py, None, |_| work())
}

/// What is asked of some indicators, one after the other; the first that is refused ends it.
pub(crate) fn each<T: Send>(
    py: Python<'_>,
    indicators: &[String],
    of: impl Fn(&str) -> Result<T, Error> + Send + Sync,
) -> PyResult<Vec<T>> {
    heard(py, || indicators.iter().map(|name| of(name)).collect())
}

/// The same for work that says how far it is, which `watch` is told.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    watch: Option<&Py<PyAny>>,
    work: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let mut raised = None;
    let mut go_on = |how_far: Option<(usize, usize)>| {
        let asked = Python::attach(|py| {
            py.check_signals()?;
            match watch.zip(how_far) {
                Some((watch, how_far)) => watch.call1(py, how_far).map(drop),
                None => Ok(()),
            }
        });
        match asked {
            Ok(()) => true,
            Err(error) => {
                raised = Some(error);
                false
            }
        }
    };
    let done = py.detach(|| attended(&mut go_on, work).and_then(|done| done));
    match raised {
        Some(error) => Err(error),
        None => done.map_err(|error| raise(py, &error)),
    }
}

/// A run of so many paths.
pub(crate) fn sampling(paths: usize, seed: Option<u64>, threads: Option<usize>) -> Sampling {
    let sampling = match seed {
        Some(seed) => Sampling::new(paths, seed),
        None => Sampling::unseeded(paths),
    };
    match threads {
        Some(threads) => sampling.with_threads(threads),
        None => sampling,
    }
}

/// A design by its name.
pub(crate) fn design_of(py: Python<'_>, name: &str) -> PyResult<Design> {
    name.parse().map_err(|error| raise(py, &Error::at("design", format!("{error}"))))
}

/// How a run is to be sampled, as `RunSettings` of `basics/settings.py` says it.
pub(crate) fn run_sampling(settings: &Bound<'_, PyDict>) -> PyResult<Sampling> {
    const KEYS: [&str; 9] = [
        "paths",
        "seed",
        "scenarios",
        "keep",
        "design",
        "threads",
        "memory_limit",
        "parameters",
        "basis",
    ];
    refuse_others(settings, &KEYS)?;
    let mut sampling = sampling(
        needed(settings, "paths")?,
        setting(settings, "seed")?,
        setting(settings, "threads")?,
    );
    if let Some(name) = setting::<String>(settings, "design")? {
        sampling = sampling.with_design(design_of(settings.py(), &name)?);
    }
    if let Some(names) = setting::<Vec<String>>(settings, "scenarios")? {
        sampling = sampling.with_scenarios(names);
    }
    if let Some(names) = setting::<Vec<String>>(settings, "keep")? {
        sampling = sampling.with_keep(names);
    }
    if let Some(bytes) = setting(settings, "memory_limit")? {
        sampling = sampling.with_memory_limit(bytes);
    }
    for (name, value) in given(setting(settings, "parameters")?.unwrap_or_default())? {
        sampling = sampling.with_parameter(name, value);
    }
    if let Some(basis) = setting::<String>(settings, "basis")? {
        sampling = sampling.with_basis(basis);
    }
    Ok(sampling)
}

/// Refuses settings that are not among those that are known.
pub(crate) fn refuse_others(settings: &Bound<'_, PyDict>, known: &[&str]) -> PyResult<()> {
    for name in settings.keys() {
        let name: String = name.extract()?;
        if !known.contains(&name.as_str()) {
            return Err(PyTypeError::new_err(format!("there is no setting {name}")));
        }
    }
    Ok(())
}

/// What a setting is that must be said.
pub(crate) fn needed<'py, T: FromPyObjectOwned<'py>>(
    settings: &Bound<'py, PyDict>,
    name: &str,
) -> PyResult<T> {
    let missing = || PyTypeError::new_err(format!("the setting {name} is missing"));
    setting(settings, name)?.ok_or_else(missing)
}

/// What a setting is; none where it is not said, or None.
pub(crate) fn setting<'py, T: FromPyObjectOwned<'py>>(
    settings: &Bound<'py, PyDict>,
    name: &str,
) -> PyResult<Option<T>> {
    match settings.get_item(name)? {
        Some(value) if !value.is_none() => value.extract::<T>().map(Some).map_err(Into::into),
        _ => Ok(None),
    }
}

/// Parameters with a number, or with an array of a number for each path.
pub(crate) type Parameters<'py> = Vec<(String, Bound<'py, PyAny>)>;

/// What parameters are in a run.
pub(crate) fn given(parameters: Parameters<'_>) -> PyResult<Vec<(String, Given)>> {
    let one = |(name, value): (String, Bound<'_, PyAny>)| {
        let given = match value.extract::<PyReadonlyArray1<'_, f64>>() {
            Ok(numbers) => Given::from(numbers.as_array().to_vec()),
            Err(_) => Given::from(value.extract::<f64>()?),
        };
        Ok((name, given))
    };
    parameters.into_iter().map(one).collect()
}
