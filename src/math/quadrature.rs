//! Mean and standard deviation from a distribution function.

use super::{Cdf, exp};

/// Mean and standard deviation of what lies between two limits (infinite where there is none), by
/// parts: with any `c` between them,
///
/// `E(X) - c = int_c^b P(X > x) dx - int_a^c P(X <= x) dx` and
/// `E((X - c)^2) = 2 int_c^b (x - c) P(X > x) dx + 2 int_a^c (c - x) P(X <= x) dx`.
///
/// A distribution function is bounded, also where the density is not. Each stretch between `knots`,
/// where the distribution function is smooth, is integrated by the double exponential formulas
/// (H. Takahasi and M. Mori 1974, Double exponential formulas for numerical integration).
/// Not-a-number where a tail is too heavy for either to be worked out.
pub(crate) fn moments(cdf: &Cdf, (low, high): (f64, f64), c: f64, knots: &[f64]) -> (f64, f64) {
    let mut cuts: Vec<f64> = knots.iter().copied().filter(|x| *x > low && *x < high).collect();
    cuts.extend([low, c, high]);
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    let (mut first, mut second) = (0.0, 0.0);
    for pair in cuts.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let upper = a >= c;
        let sign = if upper { 1.0 } else { -1.0 };
        let side = |x: f64| if upper { cdf(x).above } else { cdf(x).below };
        first += sign * integral(&side, a, b);
        second += 2.0 * integral(&|x| (x - c).abs() * side(x), a, b);
    }
    // Not a number stays one.
    let variance = second - first * first;
    (c + first, if variance < 0.0 { 0.0 } else { variance.sqrt() })
}

/// An integral between two limits, of which one may be infinite.
pub(crate) fn integral(f: &dyn Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
    if a.is_infinite() {
        return integral(&|x| f(-x), -b, f64::INFINITY);
    }
    let term = |t: f64| {
        let (up, down) = (exp(t), exp(-t));
        let (sinh, cosh) = ((up - down) / 2.0, f64::midpoint(up, down));
        if b.is_infinite() {
            let distance = exp(HALF_PI * sinh);
            return f(a + distance) * distance * HALF_PI * cosh;
        }
        // The distance from the nearer end, which does not vanish before the weight does.
        let near = (b - a) / (1.0 + exp(2.0 * HALF_PI * sinh.abs()));
        let x = if t < 0.0 { a + near } else { b - near };
        let weight = near * (1.0 - near / (b - a)) * 2.0 * HALF_PI * cosh;
        f(x) * weight
    };
    // Where it ends: the range of numbers for an infinite limit, else where nothing is left.
    let reach = if b.is_infinite() { 6.75 } else { 4.0 };
    let mut step = 0.25;
    let mut sum = 0.0;
    let mut last = f64::NAN;
    let mut change = f64::INFINITY;
    for level in 0..8 {
        let count = (reach / step) as i64;
        for k in -count..=count {
            if level == 0 || k % 2 != 0 {
                sum += term(k as f64 * step);
            }
        }
        let value = sum * step;
        change = (value - last).abs();
        last = value;
        if level > 1 && change <= 1e-13 * value.abs() {
            break;
        }
        step /= 2.0;
    }
    // Where the range of numbers ends, of the integrand or of the variable, nothing may be left.
    let outermost = (0..=27).map(|k| term(reach - f64::from(k) * 0.25)).find(|term| *term != 0.0);
    let open = b.is_infinite() && outermost.is_some_and(|term| !(term.abs() <= 1e-11 * last.abs()));
    if open || !(change <= 1e-11 * last.abs()) { f64::NAN } else { last }
}

#[cfg(test)]
mod tests {
    use super::integral;

    #[test]
    fn integrals_are_those_of_closed_forms() {
        let close = |found: f64, expected: f64| {
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        };
        close(integral(&|x| x.sqrt(), 0.0, 2.0), 2.0_f64.powf(1.5) / 1.5);
        close(integral(&|x| x * (-x).exp(), 0.0, f64::INFINITY), 1.0);
        close(integral(&|x| x.powf(-2.1), 1.0, f64::INFINITY), 1.0 / 1.1);
        close(integral(&|x| (x / 3.0).exp(), f64::NEG_INFINITY, 1.0), 3.0 * (1.0f64 / 3.0).exp());
        let heavy = integral(&|x| x.powf(-1.01), 1.0, f64::INFINITY);
        assert!(heavy.is_nan(), "{heavy}");
        let vanishes = integral(&|x| x * x.powf(-2.01), 1.0, f64::INFINITY);
        assert!(vanishes.is_nan(), "{vanishes}");
    }
}
