//! The compiled module behind the Python package `tinbergen`: a thin layer that takes typed input,
//! lets other threads run while it works, and hands back arrays.

#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]

mod analyse;
mod attain;
mod backtest;
mod blocks;
mod columns;
mod distribution;
mod ensembles;
mod errors;
mod estimate;
mod explain;
mod files;
mod fit;
mod inputs;
mod levers;
mod matters;
mod model;
mod notes;
mod outturns;
mod pathless;
mod ranges;
mod rare;
mod required;
mod requirements;
mod revise;
mod run;
mod scoring;
mod sensitivity;
mod simulation_plans;
mod streamed;
mod sweep;
mod tables;
mod targets;
mod texts;
mod tiled;
mod trace;
mod warning;

#[pyo3::pymodule(gil_used = false)]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::attain::{
        first_met, goal_text, limiting, pairs, paths_met, probabilities, progress, shortfall,
        simulate_until, subject,
    };
    #[pymodule_export]
    use crate::backtest::{
        benchmark_paths, consistency_bars, fan_scores, log_scores, origin_ratio, origin_share,
        pit_histogram, recalibrated, recalibration, stated_scores,
    };
    #[pymodule_export]
    use crate::blocks::{broken, explain_order};
    #[pymodule_export]
    use crate::distribution::{distribution_sample, distribution_support, distribution_values};
    #[pymodule_export]
    use crate::ensembles::{Ensemble, Ensembles};
    #[pymodule_export]
    use crate::estimate::{import_check, notes, with_coefficients, with_residuals};
    #[pymodule_export]
    use crate::explain::{Explaining, diff, explaining};
    #[pymodule_export]
    use crate::files::{exchange, largest};
    #[pymodule_export]
    use crate::fit::{default_kind, fit, fit_model, fit_phrases};
    #[pymodule_export]
    use crate::inputs::{inputs, target_paths};
    #[pymodule_export]
    use crate::levers::{
        Search, frontier, idle_levers, is_idle_lever, isoquant, lever_costs, lever_shares, search,
        seek,
    };
    #[pymodule_export]
    use crate::matters::{
        Redrawing, given_indices, outcome_paths, redrawing, redrawn_indices, shapley_indices,
        tornado,
    };
    #[pymodule_export]
    use crate::model::{Model, Program};
    #[pymodule_export]
    use crate::outturns::{
        Outturns, Tracked, attainment_by_round, attainment_given, evidence, observe, surprises,
    };
    #[pymodule_export]
    use crate::ranges::{Gathering, Ranges, StoredRange, ranges};
    #[pymodule_export]
    use crate::rare::rare;
    #[pymodule_export]
    use crate::required::required_paths;
    #[pymodule_export]
    use crate::requirements::{most_likely, requirements};
    #[pymodule_export]
    use crate::revise::revise;
    #[pymodule_export]
    use crate::scoring::{
        brier, diebold_mariano, energy_score, figure_scores, interval_scores, path_scores,
        reliability,
    };
    #[pymodule_export]
    use crate::sensitivity::{
        cart, first_order, morris, morris_design, pawn, pick_freeze, pick_freeze_design, prim,
        shapley_effects,
    };
    #[pymodule_export]
    use crate::simulation_plans::{identity_check, invert, swap, track};
    #[pymodule_export]
    use crate::streamed::Streamed;
    #[pymodule_export]
    use crate::sweep::sweep;
    #[pymodule_export]
    use crate::tables::{Data, DataTable};
    #[pymodule_export]
    use crate::targets::{target_kinds, target_mark, target_met, target_words};
    #[pymodule_export]
    use crate::texts::{
        format_of, read_bimets, read_dynare, read_eviews, read_frml, read_text, span_of_data,
        to_text,
    };
    #[pymodule_export]
    use crate::tiled::{Tiled, tiled};
    #[pymodule_export]
    use crate::trace::trace;

    #[pymodule_export]
    use crate::analyse::{at_means, contributions, drivers, multipliers, response, stability};
    #[pymodule_export]
    use crate::warning::{warning_alerts, warning_readings, warning_record};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::errors::load(module.py());
        module.add("version", env!("CARGO_PKG_VERSION"))?;
        module.add("debug_build", cfg!(debug_assertions))?;
        module.add("streams", tinbergen::simulate::STREAMS)?;
        module.add("sources", env!("TINBERGEN_SOURCES"))?;
        // What starts with an underscore is Python's own.
        let names = module.dict().keys().iter().map(|name| name.extract::<String>());
        let mut names = names.collect::<PyResult<Vec<_>>>()?;
        names.retain(|name| !name.starts_with('_'));
        names.sort();
        module.add("__all__", names)
    }

    /// Return the names of all designs.
    #[pyfunction]
    fn designs() -> Vec<&'static str> {
        tinbergen::Design::names().collect()
    }

    /// Return the names of the functions that read a model from elsewhere.
    #[pyfunction]
    fn importers() -> Vec<&'static str> {
        tinbergen::import::READERS.to_vec()
    }

    /// Return the keys of all kinds of distributions.
    #[pyfunction]
    fn distributions() -> Vec<&'static str> {
        tinbergen::model::Distribution::kinds().collect()
    }

    /// Return the JSON Schema of a plan file, as text.
    #[pyfunction]
    fn schema() -> String {
        tinbergen::schema()
    }
}
