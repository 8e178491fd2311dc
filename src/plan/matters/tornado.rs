//! Each assumption from its 10th to its 90th percentile, and what that does to a target.

use super::outcome::{Outcome, place};
use crate::compile::Program;
use crate::condition::Tracked;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
use crate::parallel;
use crate::plan::attainment::Met;
use crate::plan::goal::Goal;
use crate::plan::inputs::{Input, inputs_until};
use crate::sensitivity::{Moved, Sample, Swing};
use crate::simulate::Ensembles;

/// An assumption, and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct TornadoRow {
    /// The assumption; its values are left out.
    pub input: Input,
    /// Its 10th and 90th percentile in natural units; where they are the same, that value and the mean of
    /// all others.
    pub values: [f64; 2],
    /// Is only one value compared with all others?
    pub is_split: bool,
    /// The probability of the goal; of a value its mean.
    pub main: Moved,
    /// The median of the headroom, where the goal is a single target; of a value its median.
    pub median: Option<Moved>,
    /// What is missing on average: the mean of max(0, -headroom), where the goal is a single target.
    pub shortfall: Option<Moved>,
}

/// What each assumption of a run does to an outcome when it moves from its 10th to its 90th percentile, the
/// largest change first: from the paths of the run alone, by local regression ([`Swing`]). Everything
/// else stays as it was drawn; assumptions that go with it move along.
///
/// Shocks count by their mean up to the last period of the outcome, or period by period; events by how
/// often they begin. A `tracked` program says that the run is conditioned on outturns.
///
/// # Errors
/// Unknown names; a run of too few paths.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(2000, 1).with_scenarios(["baseline"]))?;
/// let of = plan::Outcome::Met("gdp-2025".parse()?);
/// let rows = plan::tornado(&program, None, &runs, "baseline", &of, false, &mut |_, _| true)?;
/// let growth = rows.iter().find(|row| row.input.name == "trend_growth").expect("it is drawn");
/// assert!(growth.main.change.value > 0.3);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn tornado(
    program: &Program,
    tracked: Option<&Tracked>,
    runs: &Ensembles,
    scenario: &str,
    of: &Outcome,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<TornadoRow>, Error> {
    let ensemble = runs.get(scenario)?;
    let inputs = known(program, tracked, runs, scenario, of, by_period, watch)?;
    let main = Sample::in_paths(ensemble, &of.numbers(program.model(), ensemble)?)?;
    let (median, shortfall) = further(program, ensemble, of, &main)?;
    let is_share = matches!(of, Outcome::Met(_));
    let found = parallel::map(inputs.len(), |k| -> Result<_, Error> {
        look();
        let Some(swing) = Swing::new(&inputs[k].values, &main)? else { return Ok(None) };
        let mut moved = swing.means(&main);
        if is_share {
            // A regression may lead a little beyond; nothing is surer than sure.
            moved.low.value = moved.low.value.clamp(0.0, 1.0);
            moved.high.value = moved.high.value.clamp(0.0, 1.0);
            moved.change.value = moved.high.value - moved.low.value;
        }
        let median = median.as_ref().map(|sample| swing.medians(sample));
        let shortfall = shortfall.as_ref().map(|sample| swing.means(sample));
        Ok(Some((swing.values, swing.is_split, moved, median, shortfall)))
    })?;
    let mut rows = Vec::new();
    for (input, found) in inputs.into_iter().zip(found) {
        let Some((values, is_split, main, median, shortfall)) = found? else { continue };
        let input = Input { values: Vec::new(), ..input };
        rows.push(TornadoRow { input, values, is_split, main, median, shortfall });
    }
    rows.sort_by(|a, b| b.main.change.value.abs().total_cmp(&a.main.change.value.abs()));
    Ok(rows)
}

/// What was drawn up to the last period of an outcome.
pub(super) fn known(
    program: &Program,
    tracked: Option<&Tracked>,
    runs: &Ensembles,
    scenario: &str,
    of: &Outcome,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Input>, Error> {
    let last = of.last(program.model())?.unwrap_or(runs.get(scenario)?.span().last());
    inputs_until(program, runs, scenario, (last, by_period), &mut |info, scenario, wanted| {
        match tracked {
            Some(tracked) => tracked.drawn(info, scenario, wanted, watch),
            None => program.drawn(info, scenario, wanted, watch),
        }
    })
}

/// The samples of which there is a median, and of which there is a shortfall.
fn further(
    program: &Program,
    ensemble: &Ensemble,
    of: &Outcome,
    main: &Sample,
) -> Result<(Option<Sample>, Option<Sample>), Error> {
    let target = match of {
        Outcome::Value(..) => return Ok((Some(main.clone()), None)),
        Outcome::Headroom(target) | Outcome::Met(Goal::Of(target)) => target,
        Outcome::Met(_) => return Ok((None, None)),
    };
    // A set has no headroom.
    let Ok(place) = place(program.model(), target) else { return Ok((None, None)) };
    let met = Met::of_places(program.model(), ensemble, &[place])?;
    let room = met.headroom(place);
    if room.contains(&f64::NEG_INFINITY) {
        return Ok((None, None));
    }
    let missing: Vec<f64> =
        room.iter().map(|room| if room.is_nan() { *room } else { (-room).max(0.0) }).collect();
    Ok((Some(Sample::in_paths(ensemble, room)?), Some(Sample::in_paths(ensemble, &missing)?)))
}
