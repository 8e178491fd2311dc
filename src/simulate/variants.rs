//! Variants of the scenarios of a program: what is moved in each is no more than numbers, so that all run
//! side by side from one program, under the same random numbers.

use std::borrow::Cow;

use super::given::{Given, Set};
use super::request::{Request, overridden};
use crate::compile::{Base, ScenarioProgram, Setting};
use crate::error::Error;

/// What becomes of a parameter in a variant of a scenario, whatever the scenario makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moved {
    /// It is a number.
    To(f64),
    /// So much is added to what it would be, drawn or not.
    By(f64),
}

/// A variant of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Variant<'a> {
    pub(crate) scenario: &'a str,
    /// Parameters that are other numbers, as those of a run are: what the scenario sets, it keeps.
    pub(crate) given: Vec<(usize, f64)>,
    /// Parameters that are moved, by their places.
    pub(crate) moved: Vec<(usize, Moved)>,
}

impl<'a> Request<'a> {
    /// Of some variants.
    ///
    /// # Errors
    /// Unknown scenarios.
    pub(crate) fn of_variants(self, variants: &[Variant<'_>]) -> Result<Self, Error> {
        let set = self.set()?;
        let program = self.program;
        let variant = |variant: &Variant<'_>| {
            let base = overridden(program, program.scenario(variant.scenario)?, &set);
            let given: Vec<Set> =
                variant.given.iter().map(|(k, number)| (*k, Given::Number(*number))).collect();
            let mut scenario: Cow<'a, ScenarioProgram> = base;
            if !given.is_empty() {
                scenario = Cow::Owned(overridden(program, &scenario, &given).into_owned());
            }
            for &(parameter, moved) in &variant.moved {
                let setting = &mut scenario.to_mut().path_values[parameter];
                match moved {
                    Moved::To(value) => {
                        let base = Base::Number(value);
                        *setting = Setting { base, scale: 1.0, add: 0.0, is_set: true };
                    }
                    Moved::By(shift) => setting.add += shift,
                }
            }
            Ok(scenario)
        };
        let scenarios = variants.iter().map(variant).collect::<Result<_, Error>>()?;
        Ok(self.varied(scenarios))
    }
}
