//! What became known, as histories and the evidence take it.

use crate::compile::Program;
use crate::outturns::Outturns;
use crate::period::Period;

/// Outturns, of which each cell has one vintage.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) outturns: Outturns,
    /// The logarithm of the density of factors that were read off cells known on two bases.
    pub(super) ln_density: f64,
}

impl Known {
    /// The exact values that are known of an indicator on a basis, none being that of the histories.
    pub(super) fn actuals(
        &self,
        program: &Program,
        indicator: &str,
        basis: Option<&str>,
    ) -> Vec<(Period, f64)> {
        let links = &program.inner.links;
        let same = |of: Option<&str>| match (of, basis) {
            (None, None) => true,
            (Some(of), Some(basis)) => {
                links.iter().any(|l| (l.basis == of || l.name == of) && l.name == basis)
            }
            _ => false,
        };
        let rows = self.outturns.rows().iter();
        rows.filter(|row| {
            row.indicator == indicator && row.sd() == 0.0 && same(row.basis.as_deref())
        })
        .map(|row| (row.period, row.value))
        .collect()
    }
}
