//! The compiled module behind the Python package `tinbergen`: a thin layer that takes typed input,
//! lets other threads run while it works, and hands back arrays.

#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]

mod analyse;
mod attain;
mod blocks;
mod columns;
mod ensembles;
mod errors;
mod estimate;
mod explain;
mod levers;
mod model;
mod outturns;
mod required;
mod requirements;
mod run;
mod simulation_plans;
mod targets;
mod texts;
mod warning;

#[pyo3::pymodule(gil_used = false)]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::attain::{
        first_met, goal_text, limiting, pairs, probabilities, progress, shortfall, simulate_until,
    };
    #[pymodule_export]
    use crate::blocks::{broken, explain_order};
    #[pymodule_export]
    use crate::ensembles::{Ensemble, Ensembles};
    #[pymodule_export]
    use crate::estimate::{import_check, notes, with_coefficients, with_residuals};
    #[pymodule_export]
    use crate::explain::{diff, explain};
    #[pymodule_export]
    use crate::levers::{frontier, isoquant, seek};
    #[pymodule_export]
    use crate::model::{Model, Program};

    #[pymodule_export]
    use crate::outturns::{
        Outturns, Tracked, attainment_by_round, attainment_given, evidence, observe,
    };
    #[pymodule_export]
    use crate::required::required_paths;
    #[pymodule_export]
    use crate::requirements::{most_likely, requirements};
    #[pymodule_export]
    use crate::simulation_plans::{identity_check, invert, swap, track};
    #[pymodule_export]
    use crate::targets::{target_kinds, target_mark, target_met, target_words};
    #[pymodule_export]
    use crate::texts::{read_eviews, read_text, to_text};

    #[pymodule_export]
    use crate::analyse::{at_means, contributions, drivers, multipliers, response, stability};
    #[pymodule_export]
    use crate::warning::{warning_alerts, warning_readings, warning_record};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("version", env!("CARGO_PKG_VERSION"))?;
        module.add("debug_build", cfg!(debug_assertions))?;
        // What starts with an underscore is Python's own.
        let names = module.dict().keys().iter().map(|name| name.extract::<String>());
        let mut names = names.collect::<PyResult<Vec<_>>>()?;
        names.retain(|name| !name.starts_with('_'));
        names.sort();
        module.add("__all__", names)
    }

    /// The names of all designs.
    #[pyfunction]
    fn designs() -> Vec<&'static str> {
        tinbergen::Design::names().collect()
    }

    /// The names of the functions that read a model from elsewhere.
    #[pyfunction]
    fn importers() -> Vec<&'static str> {
        tinbergen::import::READERS.to_vec()
    }

    /// The keys of all kinds of distributions.
    #[pyfunction]
    fn distributions() -> Vec<&'static str> {
        tinbergen::model::Distribution::kinds().collect()
    }

    /// The JSON Schema of a plan file, as text.
    #[pyfunction]
    fn schema() -> String {
        tinbergen::schema()
    }
}
