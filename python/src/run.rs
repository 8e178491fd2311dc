//! What long work has in common: sampling, progress, interruption.

use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use tinbergen::interrupt::attended;
use tinbergen::simulate::Given;
use tinbergen::{Design, Error, Sampling};

use crate::errors::raise;
use crate::model::sampling;

/// Does long work while other threads run, and meanwhile asks Python twenty times a second whether
/// to go on.
pub(crate) fn heard<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    watched(py, None, |_| work())
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

/// How a run is to be sampled, as the keyword arguments say it.
pub(crate) struct Run {
    pub(crate) paths: usize,
    pub(crate) seed: Option<u64>,
    pub(crate) scenarios: Option<Vec<String>>,
    pub(crate) keep: Option<Vec<String>>,
    pub(crate) design: Design,
    pub(crate) threads: Option<usize>,
    pub(crate) memory_limit: Option<u64>,
    /// Parameters that are other numbers.
    pub(crate) parameters: Vec<(String, Given)>,
}

impl Run {
    pub(crate) fn sampling(self) -> Sampling {
        let mut sampling = sampling(self.paths, self.seed, self.threads).with_design(self.design);
        if let Some(names) = self.scenarios {
            sampling = sampling.with_scenarios(names);
        }
        if let Some(names) = self.keep {
            sampling = sampling.with_keep(names);
        }
        if let Some(bytes) = self.memory_limit {
            sampling = sampling.with_memory_limit(bytes);
        }
        for (name, value) in self.parameters {
            sampling = sampling.with_parameter(name, value);
        }
        sampling
    }
}

/// Parameters with a number, or with an array of a number for each path.
pub(crate) type Parameters<'py> = Vec<(String, Bound<'py, PyAny>)>;

/// What parameters are in a run.
pub(crate) fn given(parameters: Option<Parameters<'_>>) -> PyResult<Vec<(String, Given)>> {
    let one = |(name, value): (String, Bound<'_, PyAny>)| {
        let given = match value.extract::<PyReadonlyArray1<'_, f64>>() {
            Ok(numbers) => Given::from(numbers.as_array().to_vec()),
            Err(_) => Given::from(value.extract::<f64>()?),
        };
        Ok((name, given))
    };
    parameters.unwrap_or_default().into_iter().map(one).collect()
}
