//! The plan: what a thread does with a block of paths.

use crate::lanes::Lanes;
use crate::math::{exp, ln};
use crate::random::{key, normals, stream};

/// Indicators, of which the last is a stock that a saving rate feeds; years; the first year.
pub const K: usize = 12;
pub const T: usize = 15;
const FIRST: u32 = 2021;
/// Paths of a block: their numbers stay in the cache.
pub const BLOCK: usize = 128;
/// Are rows written past the cache?
const STREAMED: bool = true;
/// Indicators that grow in logs; the ones after them, but for the last, are shares.
const LEVELS: usize = 8;

/// What is simulated.
pub struct Plan {
    phi: [f64; K],
    mu: [f64; K],
    sigma: [f64; K],
    tau: [f64; K],
    /// Logarithms of levels, logits of shares, the stock.
    start: [f64; K],
    factor: [[f64; K]; K],
    pub bounds: [f64; K],
    left: f64,
    saving: f64,
    key: [u32; 8],
    shocks: [u64; K],
    means: [u64; K],
}

impl Plan {
    /// From `phi, mu, sigma, tau, history, bounds` of each indicator, correlations row by row, depreciation and the
    /// saving rate.
    pub fn read(given: &[f64], seed: u64) -> Self {
        let column = |k: usize| std::array::from_fn(|i| given[k * K + i]);
        let history: [f64; K] = column(4);
        let start = std::array::from_fn(|k| match k {
            0..LEVELS => ln(history[k]),
            11 => history[k],
            _ => ln(history[k] / (1.0 - history[k])),
        });
        let rest = &given[6 * K..];
        Self {
            phi: column(0),
            mu: column(1),
            sigma: column(2),
            tau: column(3),
            start,
            factor: cholesky(rest),
            bounds: column(5),
            left: 1.0 - rest[K * K],
            saving: rest[K * K + 1],
            key: key(seed),
            shocks: std::array::from_fn(|k| stream(&format!("shock/e{k}"))),
            means: std::array::from_fn(|k| stream(&format!("parameter/mu{k}"))),
        }
    }
}

/// How many numbers [`Plan::read`] takes.
pub const GIVEN: usize = 6 * K + K * K + 2;

fn cholesky(matrix: &[f64]) -> [[f64; K]; K] {
    let mut factor = [[0.0; K]; K];
    for row in 0..K {
        for column in 0..row {
            let known: f64 = (0..column).map(|k| factor[row][k] * factor[column][k]).sum();
            factor[row][column] = (matrix[row * K + column] - known) / factor[column][column];
        }
        let own = factor[row][..row].iter().map(|e| e * e).sum::<f64>();
        factor[row][row] = (matrix[row * K + row] - own).sqrt();
    }
    factor
}

/// Rows of a block, aligned to lines of the cache.
#[repr(align(64))]
pub struct Rows([[f64; BLOCK]; K]);

#[inline(always)]
unsafe fn put<L: Lanes>(past: bool, to: *mut f64, value: L::Numbers) {
    unsafe { if past { L::stream(to, value) } else { L::store(to, value) } }
}

/// What a thread works with.
pub struct Worker {
    shocks: Rows,
    mean: Rows,
    /// Logarithms, logits, and the saving rate.
    state: Rows,
    /// Their last change.
    change: Rows,
    stock: [f64; BLOCK],
    out: Rows,
    /// How many paths met each target, and all of them.
    pub met: [u64; K + 1],
}

impl Worker {
    pub fn new() -> Self {
        let rows = || Rows([[0.0; BLOCK]; K]);
        Self {
            shocks: rows(),
            mean: rows(),
            state: rows(),
            change: rows(),
            stock: [0.0; BLOCK],
            out: rows(),
            met: [0; K + 1],
        }
    }

    /// Simulates a block of paths into rows of `paths` numbers, by indicator and year.
    ///
    /// # Safety
    /// Nobody else writes the columns of these paths, and the processor has the width.
    #[inline(always)]
    pub unsafe fn run<L: Lanes>(&mut self, plan: &Plan, first: usize, paths: usize, out: *mut f64) {
        unsafe {
            self.begin::<L>(plan, first);
            let count = BLOCK.min(paths - first);
            for t in 0..T {
                for (row, &stream) in self.shocks.0.iter_mut().zip(&plan.shocks) {
                    normals::<L>(&plan.key, stream, FIRST + t as u32, first, row);
                }
                self.correlate::<L>(plan);
                let row = |k: usize| out.add((k * T + t) * paths + first);
                if count == BLOCK {
                    self.step::<L>(plan, STREAMED && paths.is_multiple_of(8), row);
                } else {
                    let mut part = std::mem::replace(&mut self.out, Rows([[0.0; BLOCK]; K]));
                    let at = part.0.as_mut_ptr();
                    self.step::<L>(plan, false, |k| at.add(k).cast());
                    for (k, values) in part.0.iter().enumerate() {
                        std::ptr::copy_nonoverlapping(values.as_ptr(), row(k), count);
                    }
                }
            }
            self.count::<L>(plan, count, |k| out.add((k * T + T - 1) * paths + first));
        }
    }

    #[inline(always)]
    unsafe fn begin<L: Lanes>(&mut self, plan: &Plan, first: usize) {
        for k in 0..K {
            let row = &mut self.mean.0[k];
            unsafe { normals::<L>(&plan.key, plan.means[k], 0, first, row) };
            row.iter_mut().for_each(|z| *z = plan.mu[k] + plan.tau[k] * *z);
            self.change.0[k] = [plan.mu[k]; BLOCK];
            self.state.0[k] = [if k < 11 { plan.start[k] } else { plan.mu[k] }; BLOCK];
        }
        self.stock = [plan.start[11]; BLOCK];
    }

    /// Shocks in place of independent numbers.
    #[inline(always)]
    unsafe fn correlate<L: Lanes>(&mut self, plan: &Plan) {
        let at: *mut f64 = self.shocks.0.as_mut_ptr().cast();
        for lane in (0..BLOCK).step_by(L::COUNT) {
            unsafe {
                let mut z = [L::all(0.0); K];
                for k in 0..K {
                    z[k] = L::load(at.add(k * BLOCK + lane));
                }
                for k in 0..K {
                    let mut sum = L::mul(z[k], L::all(plan.factor[k][k]));
                    for (z, &weight) in z[..k].iter().zip(&plan.factor[k]) {
                        sum = L::add(sum, L::mul(L::all(weight), *z));
                    }
                    L::store(at.add(k * BLOCK + lane), L::mul(L::all(plan.sigma[k]), sum));
                }
            }
        }
    }

    /// A year: growth, levels, shares and the stock.
    #[inline(always)]
    unsafe fn step<L: Lanes>(&mut self, plan: &Plan, past: bool, out: impl Fn(usize) -> *mut f64) {
        let inflow_of = self.shocks.0[0].as_mut_ptr();
        for k in 0..K {
            let (mean, shocks) = (self.mean.0[k].as_ptr(), self.shocks.0[k].as_ptr());
            let (state, change) = (self.state.0[k].as_mut_ptr(), self.change.0[k].as_mut_ptr());
            let (stock, to) = (self.stock.as_mut_ptr(), out(k));
            for lane in (0..BLOCK).step_by(L::COUNT) {
                unsafe {
                    let (mean, shock) = (L::load(mean.add(lane)), L::load(shocks.add(lane)));
                    let before = L::load(state.add(lane));
                    let last = if k == K - 1 { before } else { L::load(change.add(lane)) };
                    let away = L::mul(L::all(plan.phi[k]), L::sub(last, mean));
                    let pulled = L::add(L::add(mean, away), shock);
                    if k == K - 1 {
                        let rate = pulled;
                        L::store(state.add(lane), rate);
                        let rate = L::add(L::all(plan.saving), rate);
                        let inflow = L::mul(rate, L::load(inflow_of.add(lane)));
                        let left = L::mul(L::all(plan.left), L::load(stock.add(lane)));
                        let now = L::add(left, inflow);
                        L::store(stock.add(lane), now);
                        put::<L>(past, to.add(lane), now);
                        continue;
                    }
                    let growth = if k == 0 { L::add(mean, shock) } else { pulled };
                    let now = L::add(growth, before);
                    L::store(change.add(lane), L::sub(now, before));
                    L::store(state.add(lane), now);
                    let value = if k < LEVELS {
                        exp::<L>(now)
                    } else {
                        let one = L::all(1.0);
                        L::div(one, L::add(one, exp::<L>(L::sub(L::all(0.0), now))))
                    };
                    if k == 0 {
                        L::store(inflow_of.add(lane), value);
                    }
                    put::<L>(past, to.add(lane), value);
                }
            }
        }
    }

    /// Counts the paths that meet targets in the last year.
    #[inline(always)]
    unsafe fn count<L: Lanes>(
        &mut self,
        plan: &Plan,
        count: usize,
        last: impl Fn(usize) -> *mut f64,
    ) {
        for lane in (0..count).step_by(L::COUNT) {
            let inside = (1_u32 << L::COUNT.min(count - lane)) - 1;
            let mut all = inside;
            for k in 0..K {
                let reached = if lane + L::COUNT <= count {
                    unsafe { Self::met::<L>(plan, k, L::load(last(k).add(lane))) }
                } else {
                    (0..count - lane).fold(0, |bits, i| {
                        let x = unsafe { *last(k).add(lane + i) };
                        let met = if k.is_multiple_of(2) {
                            x >= plan.bounds[k]
                        } else {
                            x <= plan.bounds[k]
                        };
                        bits | u32::from(met) << i
                    })
                };
                let reached = reached & inside;
                self.met[k] += u64::from(reached.count_ones());
                all &= reached;
            }
            self.met[K] += u64::from(all.count_ones());
        }
    }

    #[inline(always)]
    unsafe fn met<L: Lanes>(plan: &Plan, k: usize, x: L::Numbers) -> u32 {
        unsafe {
            if k.is_multiple_of(2) {
                L::reached(x, plan.bounds[k])
            } else {
                L::reached(L::sub(L::all(0.0), x), -plan.bounds[k])
            }
        }
    }
}
