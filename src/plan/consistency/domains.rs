//! What every cell may be: narrowed by every operation, forwards and backwards, until nothing moves.
//!
//! This is HC4-revise (Benhamou, Goualard, Granvilliers and Puget 1999, Revising hull and box
//! consistency) over a network whose expressions are taken apart into single operations; common
//! subexpressions are one cell, which narrows more than expressions apart from each other.

use std::collections::VecDeque;

use super::interval::Interval;
use super::network::{Cell, Network, Op};
use super::revise;
use crate::compile::Binary;
use crate::interrupt::look;
use crate::sample::Count;

/// Targets as bits. Beyond 128 targets some share a bit, so that a set may name too many.
pub(super) type Bits = u128;

/// The bit of a target.
pub(super) fn bit(target: usize) -> Bits {
    1 << (target % 128)
}

/// What every cell may be, and which targets made it so.
#[derive(Debug, Clone)]
pub(super) struct Domains {
    at: Vec<Interval>,
    why: Vec<Bits>,
    /// The size of the numbers that each cell is made of: what rounding is measured by.
    scale: Vec<f64>,
    /// Does the cell have a value whatever the conditions say? What stands in one branch of an `if`, or in a
    /// target that need not hold, may be defined for nothing that is left.
    needed: Vec<bool>,
}

impl Domains {
    pub(super) fn of(&self, cell: Cell) -> Interval {
        self.at[cell as usize]
    }

    pub(super) fn why(&self, cell: Cell) -> Bits {
        self.why[cell as usize]
    }

    fn scale(&self, cell: Cell) -> f64 {
        self.scale[cell as usize].max(self.of(cell).size())
    }

    /// Narrows a cell to some numbers; did that move it?
    fn set(
        &mut self,
        cell: Cell,
        to: Option<Interval>,
        why: Bits,
        scale: f64,
    ) -> Result<bool, Conflict> {
        let k = cell as usize;
        let now = self.at[k];
        let Some(met) = to.and_then(|to| now.meet(to.or_whole(), scale)) else {
            if self.needed[k] {
                return Err(Conflict(self.why[k] | why));
            }
            return Ok(false);
        };
        if !moves(now, met) {
            return Ok(false);
        }
        self.at[k] = met;
        self.why[k] |= why;
        Ok(true)
    }
}

/// No values are left; the targets that took part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conflict(pub(super) Bits);

/// A network ready for narrowing.
#[derive(Debug)]
pub(super) struct Narrowing<'n, 'p> {
    pub(super) network: &'n Network<'p>,
    /// Cells that are computed from a cell: places in `users`, and the users.
    first_user: Vec<u32>,
    users: Vec<Cell>,
    /// The cells that have a value in every path.
    roots: Vec<Cell>,
    /// How many more looks at a number there may be, of all questions together.
    left: std::cell::Cell<u64>,
}

/// How often an operation may be revised, on average, before narrowing stops short.
const REVISIONS: usize = 40;
/// So many looks at a number there may be for all questions to a plan: an answer comes within a second
/// or two, and what was not looked at is left as it is.
const LOOKS: u64 = 4_000_000;
/// A bound that moves by less, as a share of itself, moves nothing else.
const STEP: f64 = 1e-8;

impl<'n, 'p> Narrowing<'n, 'p> {
    /// For a network and the cells that have a value in every path that has not failed.
    pub(super) fn new(network: &'n Network<'p>, roots: Vec<Cell>) -> Self {
        let mut count = vec![0_u32; network.len() + 1];
        for op in &network.ops {
            op.operands().for_each(|a| count[a as usize + 1] += 1);
        }
        for k in 1..count.len() {
            count[k] += count[k - 1];
        }
        let first_user = count.clone();
        let mut users = vec![0; count[network.len()] as usize];
        for (cell, op) in network.ops.iter().enumerate() {
            for a in op.operands() {
                users[count[a as usize] as usize] = cell as Cell;
                count[a as usize] += 1;
            }
        }
        Self { network, first_user, users, roots, left: std::cell::Cell::new(LOOKS) }
    }

    /// Takes so many looks from what is left; are there any?
    pub(super) fn spend(&self, looks: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(looks as u64));
        !self.is_spent()
    }

    /// Is nothing looked at any more?
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// What the equations alone say.
    pub(super) fn start(&self) -> Result<Domains, Conflict> {
        let at = self.network.ops.iter().map(|op| match *op {
            Op::Constant(bits) => Interval::point(f64::from_bits(bits)),
            Op::Input(k) => self.network.inputs[k as usize].support,
            _ => Interval::WHOLE,
        });
        let (why, scale) = (vec![0; self.network.len()], vec![0.0; self.network.len()]);
        let needed = vec![false; self.network.len()];
        let mut domains = Domains { at: at.collect(), why, scale, needed };
        self.need(&mut domains, self.roots.iter().copied());
        let all: VecDeque<Cell> = (0..self.network.len() as Cell).collect();
        self.narrow(&mut domains, all)?;
        Ok(domains)
    }

    /// The same with more bounds, each with the target that sets it.
    pub(super) fn with(
        &self,
        domains: &Domains,
        bounds: impl IntoIterator<Item = (Cell, Interval, usize)>,
    ) -> Result<Domains, Conflict> {
        let mut domains = domains.clone();
        if !self.spend(1 + self.network.len() / 64) {
            return Ok(domains); // to copy takes time too
        }
        let bounds: Vec<_> = bounds.into_iter().collect();
        let mut queue: VecDeque<Cell> =
            self.need(&mut domains, bounds.iter().map(|(cell, ..)| *cell)).into();
        for (cell, bound, target) in bounds {
            let scale = self.measure(&mut domains, cell);
            if domains.set(cell, Some(bound), bit(target), scale)? {
                self.wake(cell, &mut queue);
            }
        }
        self.narrow(&mut domains, queue)?;
        Ok(domains)
    }

    /// From now on some cells have a value, and so has all that they are computed from. Gives what had none before.
    fn need(&self, domains: &mut Domains, cells: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
        let mut fresh = Vec::new();
        let mut open: Vec<Cell> = cells.into_iter().collect();
        while let Some(cell) = open.pop() {
            look();
            if std::mem::replace(&mut domains.needed[cell as usize], true) {
                continue;
            }
            fresh.push(cell);
            let op = self.network.ops[cell as usize];
            let all = if matches!(op, Op::Select(..)) { 1 } else { 3 };
            open.extend(op.operands().take(all));
        }
        fresh
    }

    fn wake(&self, cell: Cell, queue: &mut VecDeque<Cell>) {
        queue.push_back(cell);
        let (from, to) = (self.first_user[cell as usize], self.first_user[cell as usize + 1]);
        queue.extend(&self.users[from as usize..to as usize]);
    }

    fn narrow(&self, domains: &mut Domains, mut queue: VecDeque<Cell>) -> Result<(), Conflict> {
        let mut waiting = vec![false; self.network.len()];
        queue.retain(|&cell| !std::mem::replace(&mut waiting[cell as usize], true));
        let mut left = REVISIONS * self.network.len();
        let mut moved = Vec::new();
        while let Some(cell) = queue.pop_front() {
            look();
            if !self.spend(1) {
                break;
            }
            waiting[cell as usize] = false;
            moved.clear();
            self.revise(domains, cell, &mut moved)?;
            for &cell in &moved {
                let start = queue.len();
                self.wake(cell, &mut queue);
                let mut kept = start;
                for k in start..queue.len() {
                    let next = queue[k];
                    if !std::mem::replace(&mut waiting[next as usize], true) {
                        queue[kept] = next;
                        kept += 1;
                    }
                }
                queue.truncate(kept);
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The size of the numbers that a cell is made of, and keeps it: what is left of large numbers after
    /// a subtraction is as wrong as they are, also when it was compared, negated or multiplied since.
    fn measure(&self, domains: &mut Domains, cell: Cell) -> f64 {
        let (scale, size) = (|a| domains.scale(a), |a: Cell| domains.of(a).size());
        let made_of = match self.network.ops[cell as usize] {
            Op::Binary(Binary::Add | Binary::Subtract | Binary::Min | Binary::Max, a, b)
            | Op::Select(_, a, b) => scale(a).max(scale(b)),
            Op::Binary(Binary::Multiply, a, b) => (scale(a) * size(b)).max(size(a) * scale(b)),
            Op::Binary(Binary::Divide, a, b) => {
                let least = domains.of(b).lo.at.abs().min(domains.of(b).hi.at.abs());
                let part = size(a) / least;
                let sum = (scale(a) / least).max(part * scale(b) / least);
                if sum.is_finite() { sum } else { 0.0 }
            }
            Op::Unary(_, a) => scale(a).max(1.0),
            _ => 0.0,
        };
        domains.scale[cell as usize] = made_of;
        domains.scale(cell)
    }

    /// Revises one operation: its result, and, if it is needed, its operands.
    fn revise(
        &self,
        domains: &mut Domains,
        cell: Cell,
        moved: &mut Vec<Cell>,
    ) -> Result<(), Conflict> {
        let op = self.network.ops[cell as usize];
        if op.operands().next().is_none() {
            return Ok(());
        }
        let why = op.operands().fold(0, |why, a| why | domains.why(a));
        let scale = self.measure(domains, cell);
        if domains.set(cell, result(op, domains), why, scale)? {
            moved.push(cell);
        }
        if !domains.needed[cell as usize] {
            return Ok(());
        }
        for (operand, to, why) in operands(op, cell, domains).into_iter().flatten() {
            let rounded = match op {
                Op::Binary(Binary::Add | Binary::Subtract | Binary::Min | Binary::Max, a, b) => {
                    domains.scale(cell).max(domains.scale(a)).max(domains.scale(b))
                }
                _ => domains.scale(operand),
            };
            if domains.set(operand, to, why, rounded)? {
                moved.push(operand);
            }
        }
        Ok(())
    }
}

/// What an operation can give; none when it is defined for nothing that is left.
fn result(op: Op, domains: &Domains) -> Option<Interval> {
    let of = |cell| domains.of(cell);
    match op {
        Op::Constant(_) | Op::Input(_) => Some(Interval::WHOLE),
        Op::Unary(op, a) => revise::unary(op, of(a)),
        Op::Binary(op, a, b) => {
            revise::binary(op, of(a), of(b), domains.scale(a).max(domains.scale(b)))
        }
        Op::Count(count, _, a, _) => Some(revise::count(count, of(a))),
        Op::Select(c, a, _) if !of(c).has(0.0) => Some(of(a)),
        Op::Select(c, _, b) if of(c).is_point() => Some(of(b)),
        Op::Select(_, a, b) => Some(of(a).hull(of(b))),
    }
}

/// An operand, what it can be given the rest, and the targets that make it so.
type Operand = Option<(Cell, Option<Interval>, Bits)>;

fn operands(op: Op, cell: Cell, domains: &Domains) -> [Operand; 2] {
    let of = |cell| domains.of(cell);
    let (z, why) = (of(cell), domains.why(cell));
    match op {
        Op::Unary(op, a) => [Some((a, revise::unary_operand(op, z, of(a)), why)), None],
        Op::Binary(op, a, b) => {
            let scale = domains.scale(cell).max(domains.scale(a)).max(domains.scale(b));
            let (first, second) = revise::binary_operands(op, z, of(a), of(b), scale);
            let (why_a, why_b) = (why | domains.why(b), why | domains.why(a));
            [Some((a, first, why_a)), Some((b, second, why_b))]
        }
        // There are no fewer trials than hits.
        Op::Count(Count::Binomial, _, a, _) => {
            [Some((a, Some(Interval { lo: z.lo, ..Interval::WHOLE }), why)), None]
        }
        _ => [None, None],
    }
}

/// Has a bound moved by enough to matter?
fn moves(before: Interval, after: Interval) -> bool {
    let far = |a: f64, b: f64| {
        a != b
            && (a.is_infinite() || b.is_infinite() || (a - b).abs() > STEP * a.abs().max(b.abs()))
    };
    far(before.lo.at, after.lo.at)
        || far(before.hi.at, after.hi.at)
        || before.lo.open != after.lo.open
        || before.hi.open != after.hi.open
}
