//! What long work has in common: sampling, progress, interruption.

use pyo3::prelude::*;
use tinbergen::{Design, Error, Sampling};

use crate::errors::raise;
use crate::model::{sampling, watcher};

/// Lets other threads run while long work is done, which is told how to ask Python whether to go on.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    watch: Option<&Py<PyAny>>,
    work: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let mut raised = None;
    let done = {
        let mut watch = watcher(watch, &mut raised);
        py.detach(|| work(&mut watch))
    };
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
        sampling
    }
}
