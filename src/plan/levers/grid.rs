//! The settings of a lever, and what each costs.

use super::choice::Levers;
use super::cost::Cost;
use crate::compile::{Base, Program};
use crate::error::{Error, Problem, near};
use crate::model::target_words::figure;
use crate::simulate::{Moved, Request, Sampling};

/// Steps of a lever that has none of its own.
pub(super) const STEPS: usize = 20;

/// A lever with its settings, the lowest first; where it stands now is one of them.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) name: String,
    pub(super) parameter: usize,
    pub(super) values: Vec<f64>,
    /// Is any number between two settings a setting too?
    pub(super) continuous: bool,
    cost: Option<Cost>,
    /// The range of the lever; it may stand outside.
    pub(super) range: [f64; 2],
    /// Where the parameter, or its mean, stands when nobody moves it.
    pub(super) now: f64,
    /// Is the parameter drawn?
    pub(super) uncertain: bool,
}

impl Grid {
    fn of(program: &Program, name: &str, (now, uncertain): (f64, bool)) -> Result<Self, Error> {
        let model = program.model();
        let lever = &model.levers[name];
        let [low, high] = lever.range;
        let unknown = || Error::at(format!("levers.{name}"), "its parameter is unknown");
        let parameter = model.parameters.get_index_of(&lever.parameter).ok_or_else(unknown)?;
        if !(low < high) {
            let message = format!("the range from {low} to {high} is empty");
            return Err(Error::at(format!("levers.{name}.range"), message));
        }
        let mut values: Vec<f64> = match lever.step {
            Some(step) if step > 0.0 => {
                let count = ((high - low) / step + 1e-9).floor();
                if count > 1e6 {
                    let message = "more than a million steps; leave it out for any number";
                    return Err(Error::at(format!("levers.{name}.step"), message));
                }
                // A whole number of steps from the lower end, and the upper end itself.
                let steps = (0..=count as usize).map(|k| low + k as f64 * step);
                steps.filter(|x| high - x > 1e-9 * (high - low)).chain([high]).collect()
            }
            _ => (0..=STEPS).map(|k| low + (high - low) * k as f64 / STEPS as f64).collect(),
        };
        // A setting that differs from where it stands by rounding alone is to stay there.
        let near = |x: &f64| (x - now).abs() <= 1e-9 * (high - low);
        values.retain(|x| !near(x));
        values.insert(values.partition_point(|x| *x < now), now);
        let cost = Cost::of(name, lever, now)?;
        let (continuous, range) = (lever.step.is_none(), lever.range);
        let name = name.to_owned();
        Ok(Self { name, parameter, values, continuous, cost, range, now, uncertain })
    }

    /// Checks a setting.
    ///
    /// # Errors
    /// One that is not in the range, where the lever does not stand there anyway.
    pub(super) fn check(&self, x: f64) -> Result<(), Error> {
        let [low, high] = self.range;
        if (low..=high).contains(&x) || x == self.now {
            return Ok(());
        }
        let (low, high) = (figure(low), figure(high));
        let message = format!("{x} is outside of its range, from {low} to {high}");
        Err(Error::at(format!("levers.{}", self.name), message))
    }

    /// What a setting costs, counted from where the lever stands now; without costs, the part of the range
    /// it moves.
    pub(super) fn cost(&self, x: f64) -> f64 {
        match &self.cost {
            Some(cost) => cost.from_now(x).unwrap_or(f64::INFINITY),
            None => self.moves(x),
        }
    }

    /// The part of its range that a setting moves it.
    pub(super) fn moves(&self, x: f64) -> f64 {
        (x - self.now).abs() / (self.range[1] - self.range[0])
    }

    /// Some settings, the cheapest first, of equally dear ones that which moves least.
    pub(super) fn by_cost(&self, values: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut values: Vec<f64> = values.into_iter().collect();
        let key = |x: f64| (self.cost(x), self.moves(x));
        values.sort_by(|a, b| {
            let (a, b) = (key(*a), key(*b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        values
    }

    /// Where it stands, the ends of its settings, and the settings half way there.
    pub(super) fn landmarks(&self) -> [f64; 5] {
        let (now, last) = (self.values.partition_point(|x| *x < self.now), self.values.len() - 1);
        let places = [now, last, 0, usize::midpoint(now, last), now / 2];
        places.map(|place| self.values[place])
    }

    /// The settings from where it stands to another one, the cheapest first.
    pub(super) fn towards(&self, end: f64) -> Vec<f64> {
        let (low, high) = (self.now.min(end), self.now.max(end));
        self.by_cost(self.values.iter().copied().filter(|x| low <= *x && *x <= high))
    }

    /// The settings next to one.
    pub(super) fn neighbours(&self, x: f64) -> impl Iterator<Item = f64> + use<> {
        let at = self.values.iter().position(|value| *value == x);
        let below = at.and_then(|at| at.checked_sub(1)).map(|k| self.values[k]);
        let above = at.and_then(|at| self.values.get(at + 1)).copied();
        below.into_iter().chain(above)
    }

    /// What becomes of its parameter at a setting: nothing where it stands now.
    pub(super) fn moved(&self, x: f64, replace: bool) -> Option<(usize, Moved)> {
        let keeps_spread = self.uncertain && !replace;
        let how = if keeps_spread { Moved::By(x - self.now) } else { Moved::To(x) };
        (x != self.now).then_some((self.parameter, how))
    }

    /// Leaves out where it stands if that is not in its range.
    pub(super) fn keep_to_range(&mut self) {
        let [low, high] = self.range;
        self.values.retain(|x| low <= *x && *x <= high);
    }

    /// Leaves out every other setting, but for the ends and where it stands.
    pub(super) fn thin(&mut self) {
        let (last, now) = (self.values.len() - 1, self.now);
        let mut place = 0..=last;
        self.values.retain(|x| {
            let k = place.next().unwrap_or(last);
            k % 2 == 0 || k == last || *x == now
        });
    }
}

/// The levers that are asked for, all of the model when none are named, with costs that can be added up.
pub(super) fn grids(
    program: &Program,
    sampling: &Sampling,
    levers: &Levers,
) -> Result<Vec<Grid>, Error> {
    let grids = without_costs(program, sampling, levers)?;
    let (with, without): (Vec<&Grid>, Vec<&Grid>) = grids.iter().partition(|g| g.cost.is_some());
    if let (Some(with), Some(without)) = (with.first(), without.first()) {
        let message = format!(
            "has none, while \"{}\" has one: they cannot be added up; give all of them one",
            with.name
        );
        return Err(Error::at(format!("levers.{}.cost", without.name), message));
    }
    Ok(grids)
}

/// What settings of levers cost, a row of numbers each in the order of the names: counted from where the
/// levers stand in their scenario, as by [`seek`](super::seek). Without costs, the parts of their ranges
/// that they move, added up.
///
/// # Errors
/// Unknown names; a lever without a cost beside one that has one; a row of another length; a setting outside the range
/// of its lever.
///
/// ```
/// use tinbergen::{Model, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let levers = plan::Levers::named(["firms", "talent"]);
/// let costs = plan::lever_costs(&program, &levers, &[vec![0.0, 0.0], vec![20.0, 0.5]])?;
/// assert_eq!(costs, [0.0, 8.5]);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn lever_costs(
    program: &Program,
    levers: &Levers,
    settings: &[Vec<f64>],
) -> Result<Vec<f64>, Error> {
    let grids = grids(program, &Sampling::new(1, 0), levers)?;
    let mut problems = Vec::new();
    for (k, setting) in settings.iter().enumerate() {
        if setting.len() != grids.len() {
            let message = format!("{} numbers for {} levers", setting.len(), grids.len());
            problems.push(Problem::new(format!("settings[{k}].levers"), message));
        }
        for error in grids.iter().zip(setting).filter_map(|(grid, x)| grid.check(*x).err()) {
            problems.extend(error.problems().iter().map(|problem| {
                let address = format!("settings[{k}].{}", problem.address);
                Problem::new(address, problem.message.clone())
            }));
        }
    }
    if !problems.is_empty() {
        return Err(Error::model(problems));
    }
    let cost = |setting: &Vec<f64>| grids.iter().zip(setting).map(|(grid, x)| grid.cost(*x)).sum();
    Ok(settings.iter().map(cost).collect())
}

/// The levers that are asked for, whatever they cost.
pub(super) fn without_costs(
    program: &Program,
    sampling: &Sampling,
    levers: &Levers,
) -> Result<Vec<Grid>, Error> {
    let model = program.model();
    if model.levers.is_empty() {
        return Err(Error::at("levers", "the model has none; give it a lever with a range"));
    }
    let all: Vec<String> = model.levers.keys().cloned().collect();
    let names = if levers.names.is_empty() { &all } else { &levers.names };
    let request = Request::new(program, sampling)?.of(&levers.scenario)?;
    let stands = |name: &str| -> Option<(f64, bool)> {
        let place = model.parameters.get_index_of(&model.levers.get(name)?.parameter)?;
        let setting = &request.scenarios[0].path_values[place];
        let (centre, uncertain) = match &setting.base {
            Base::Number(number) => (*number, false),
            Base::Drawn(marginal) => (marginal.mean(), true),
            Base::Each(each) => (each.paths.iter().sum::<f64>() / each.paths.len() as f64, true),
        };
        Some((
            if setting.is_moved() { centre * setting.scale + setting.add } else { centre },
            uncertain,
        ))
    };
    let mut grids: Vec<Grid> = Vec::new();
    let unknown = names.iter().filter(|name| !model.levers.contains_key(*name));
    let problem = |name: &String| {
        let hint = near(name, model.levers.keys().map(String::as_str));
        Problem::new("levers", format!("unknown lever \"{name}\"{hint}"))
    };
    let problems: Vec<Problem> = unknown.map(problem).collect();
    if !problems.is_empty() {
        return Err(Error::model(problems));
    }
    for name in names {
        let Some(stands) = stands(name) else {
            let hint = near(name, model.levers.keys().map(String::as_str));
            return Err(Error::at("levers", format!("unknown lever \"{name}\"{hint}")));
        };
        let grid = Grid::of(program, name, stands)?;
        if let Some(other) = grids.iter().find(|other| other.parameter == grid.parameter) {
            let message = format!("\"{}\" and \"{name}\" move the same parameter", other.name);
            return Err(Error::at("levers", message));
        }
        grids.push(grid);
    }
    Ok(grids)
}
