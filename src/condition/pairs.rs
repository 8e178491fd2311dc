//! Which unknown answers for which observation, at a mode.

use super::algebra::eliminate;
use super::conditional::Conditional;
use super::linear::{Groups, Linear};
use super::roles::{Pairing, Roles};
use crate::compile::Row;
use crate::math::ln;
use crate::simulate::{Command, RandomNumber};

/// A period in which something was observed.
#[derive(Debug, Clone)]
pub(super) struct ObservedPeriod {
    pub(super) row: Row,
    pub(super) cells: Vec<usize>,
    /// The unknowns that Newton's method solves for, each with its observation.
    pub(super) pivots: Vec<Pivot>,
    /// The unknowns that are searched for over their whole range, in this order.
    pub(super) searched: Vec<Searched>,
    /// Of the observations with respect to the pivots, at the mode; row by row.
    pub(super) jacobian: Vec<f64>,
    /// `ln |det|` of the linear observations with respect to the scores of their unknowns.
    pub(super) ln_slope: f64,
    /// The observations of the linear model that unknowns answer for, and these.
    pub(super) linear_pairs: Vec<(usize, usize)>,
    /// The unknowns of the linear model given all other scores.
    pub(super) linear: Conditional,
    /// All unknowns given all other scores.
    pub(super) all: Conditional,
    /// What leads from the unknowns to the observations; none where that is all of the period.
    pub(super) slice: Option<Vec<Command>>,
}

/// An unknown and the observation that it is solved for.
#[derive(Debug, Clone)]
pub(super) struct Pivot {
    pub(super) cell: usize,
    pub(super) coordinate: usize,
    pub(super) number: RandomNumber,
    /// How far the unknown moves with its score.
    pub(super) scale: f64,
}

/// An unknown that is searched for, and its observation.
#[derive(Debug, Clone)]
pub(super) struct Searched {
    pub(super) cell: usize,
    pub(super) coordinate: usize,
    pub(super) number: RandomNumber,
    /// Given all other scores.
    pub(super) conditional: Conditional,
    /// Are the pivots of the period solved for again wherever it is tried?
    pub(super) is_nested: bool,
}

impl ObservedPeriod {
    /// Observations and the coordinates that answer for them.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let pivots = self.pivots.iter().map(|pivot| (pivot.cell, pivot.coordinate));
        pivots.chain(self.searched.iter().map(|searched| (searched.cell, searched.coordinate)))
    }

    /// The unknowns.
    pub(super) fn unknowns(&self) -> impl Iterator<Item = RandomNumber> {
        let pivots = self.pivots.iter().map(|pivot| pivot.number);
        pivots.chain(self.searched.iter().map(|searched| searched.number))
    }

    /// The same period among more coordinates.
    pub(super) fn moved(&mut self, places: &[usize]) {
        self.pivots.iter_mut().for_each(|pivot| pivot.coordinate = places[pivot.coordinate]);
        for searched in &mut self.searched {
            searched.coordinate = places[searched.coordinate];
            searched.conditional.moved(places);
        }
        self.linear_pairs.iter_mut().for_each(|(_, j)| *j = places[*j]);
        self.linear.moved(places);
        self.all.moved(places);
    }
}

impl Pairing<'_, '_> {
    /// The observed period at a mode.
    pub(super) fn period(&self, roles: Roles, linear: &Linear, groups: &Groups) -> ObservedPeriod {
        let number = |j: usize| self.probe.coordinates.all[j];
        let pivot = |&(cell, coordinate): &(usize, usize)| Pivot {
            cell,
            coordinate,
            number: number(coordinate),
            scale: self.probe.spread(coordinate, linear.mode[coordinate]),
        };
        let pivots: Vec<Pivot> = roles.solved.iter().map(pivot).collect();
        let nested = |cell: usize, coordinate: usize| {
            let solves = |&(other, _): &(usize, usize)| self.shapes[other].moves[coordinate];
            let reads = |&(_, other): &(usize, usize)| self.shapes[cell].moves[other];
            roles.solved.iter().any(solves) && roles.solved.iter().any(reads)
        };
        let searched = |&(cell, coordinate): &(usize, usize)| Searched {
            cell,
            coordinate,
            number: number(coordinate),
            conditional: Conditional::new(vec![coordinate], groups),
            is_nested: nested(cell, coordinate),
        };
        let mut jacobian = Vec::with_capacity(pivots.len() * pivots.len());
        for (cell, _) in &roles.solved {
            let slope = |pivot: &Pivot| linear.raw[*cell][pivot.coordinate] / pivot.scale;
            jacobian.extend(pivots.iter().map(slope));
        }
        let mut period = ObservedPeriod {
            row: roles.row,
            cells: roles.cells,
            pivots,
            searched: roles.searched.iter().map(searched).collect(),
            jacobian,
            ln_slope: 0.0,
            linear_pairs: Vec::new(),
            linear: Conditional::default(),
            all: Conditional::default(),
            slice: None,
        };
        period.all = Conditional::new(period.pairs().map(|(_, j)| j).collect(), groups);
        let pairs: Vec<(usize, usize)> =
            period.pairs().filter(|&(cell, _)| self.is_exactly_linear(cell, &period)).collect();
        let size = pairs.len();
        let mut slopes: Vec<f64> = pairs
            .iter()
            .flat_map(|(cell, _)| pairs.iter().map(|(_, j)| linear.slopes[*cell][*j]))
            .collect();
        period.ln_slope = ln(eliminate(&mut slopes, &mut vec![0.0; size]));
        period.linear = Conditional::new(pairs.iter().map(|(_, j)| *j).collect(), groups);
        period.linear_pairs = pairs;
        period
    }

    /// Has the linear model this observation, and does an unknown answer for it?
    fn is_exactly_linear(&self, cell: usize, period: &ObservedPeriod) -> bool {
        let is_searched = period.searched.iter().any(|searched| searched.cell == cell);
        !self.is_out[cell] && (!is_searched || self.cells.observed[cell].is_exact())
    }
}
