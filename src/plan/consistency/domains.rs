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
}

impl Domains {
    pub(super) fn of(&self, cell: Cell) -> Interval {
        self.at[cell as usize]
    }

    pub(super) fn why(&self, cell: Cell) -> Bits {
        self.why[cell as usize]
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
    /// Is the cell needed whatever the conditions say? What stands in one branch of an `if` need
    /// not hold.
    needed: Vec<bool>,
}

/// How often an operation may be revised, on average, before narrowing stops short.
const REVISIONS: usize = 40;
/// A bound that moves by less, as a share of itself, moves nothing else.
const STEP: f64 = 1e-8;

impl<'n, 'p> Narrowing<'n, 'p> {
    /// For a network and the cells that are certainly computed.
    pub(super) fn new(network: &'n Network<'p>, roots: &[Cell]) -> Self {
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
        let mut needed = vec![false; network.len()];
        roots.iter().for_each(|&root| needed[root as usize] = true);
        for cell in (0..network.len()).rev() {
            if needed[cell] {
                let op = network.ops[cell];
                let all = if matches!(op, Op::Select(..)) { 1 } else { 3 };
                op.operands().take(all).for_each(|a| needed[a as usize] = true);
            }
        }
        Self { network, first_user, users, needed }
    }

    /// What the equations alone say.
    pub(super) fn start(&self) -> Result<Domains, Conflict> {
        let at = self.network.ops.iter().map(|op| match *op {
            Op::Constant(bits) => Interval::point(f64::from_bits(bits)),
            Op::Input(k) => self.network.inputs[k as usize].support,
            _ => Interval::WHOLE,
        });
        let mut domains = Domains { at: at.collect(), why: vec![0; self.network.len()] };
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
        let mut queue = VecDeque::new();
        for (cell, bound, target) in bounds {
            if self.set(&mut domains, cell, Some(bound), bit(target))? {
                self.wake(cell, &mut queue);
            }
        }
        self.narrow(&mut domains, queue)?;
        Ok(domains)
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

    /// The size of the numbers whose sum a cell is: what rounding is measured by.
    fn scale(&self, domains: &Domains, cell: Cell) -> f64 {
        match self.network.ops[cell as usize] {
            Op::Binary(Binary::Add | Binary::Subtract, a, b) => {
                domains.of(a).size().max(domains.of(b).size())
            }
            Op::Unary(..) => 1.0,
            _ => 0.0,
        }
    }

    /// Narrows a cell to some numbers; did that move it?
    fn set(
        &self,
        domains: &mut Domains,
        cell: Cell,
        to: Option<Interval>,
        why: Bits,
    ) -> Result<bool, Conflict> {
        let k = cell as usize;
        let scale = self.scale(domains, cell);
        let now = domains.at[k];
        let Some(met) = to.and_then(|to| now.meet(to.or_whole(), scale)) else {
            if self.needed[k] {
                return Err(Conflict(domains.why[k] | why));
            }
            return Ok(false);
        };
        if !moves(now, met) {
            return Ok(false);
        }
        domains.at[k] = met;
        domains.why[k] |= why;
        Ok(true)
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
        if self.set(domains, cell, result(op, domains), why)? {
            moved.push(cell);
        }
        if !self.needed[cell as usize] {
            return Ok(());
        }
        for (operand, to, why) in operands(op, cell, domains).into_iter().flatten() {
            if self.set(domains, operand, to, why)? {
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
        Op::Binary(op, a, b) => revise::binary(op, of(a), of(b)),
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
            let (first, second) = revise::binary_operands(op, z, of(a), of(b));
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
