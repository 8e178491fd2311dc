//! All kinds against SciPy and mpmath, and against each other.

use std::collections::BTreeSet;

use super::Distribution;
use crate::Model;
use crate::math::{InverseCdf, exp, ln_normal_density};

fn read(text: &str) -> Distribution {
    let plan = format!("schema = 1\nname = \"d\"\nperiods = \"2021\"\n[shocks.x]\n{text}\n");
    Model::from_toml(&plan).expect(text).shocks["x"].distribution.clone()
}

/// The quantile at a centred uniform.
fn quantile(inverse: &InverseCdf, v: f64) -> f64 {
    let mut row = [v];
    inverse.from_centred(&mut row);
    row[0]
}

fn problem(text: &str) -> String {
    let plan = format!("schema = 1\nname = \"d\"\nperiods = \"2021\"\n[shocks.x]\n{text}\n");
    Model::from_toml(&plan).expect_err(text).to_string()
}

/// The lines of the oracle by distribution.
fn golden() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let text = include_str!("../../../tests/golden/distributions/distributions.csv");
    let mut all: Vec<(&str, Vec<Vec<&str>>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once(';').expect("a distribution first");
        if all.last().is_none_or(|(last, _)| *last != name) {
            all.push((name, Vec::new()));
        }
        all.last_mut().expect("one").1.push(rest.split(';').collect());
    }
    all
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

fn near(found: f64, expected: f64, relative: f64) -> bool {
    (found - expected).abs() <= relative * expected.abs()
}

/// The integral of a function of quantiles over all probabilities, by midpoints that are close together
/// in both tails.
fn integral(inverse: &InverseCdf, of: impl Fn(f64) -> f64) -> f64 {
    const POINTS: usize = 40_000;
    let half = |side: f64| -> f64 {
        (0..POINTS)
            .map(|k| {
                let s = (k as f64 + 0.5) / POINTS as f64;
                let (from_end, weight) = (0.5 * s.powi(6), 3.0 * s.powi(5));
                // No number nearer to an end is drawn.
                let v = side * (0.5 - from_end.max(f64::EPSILON / 2.0));
                of(quantile(inverse, v)) * weight / POINTS as f64
            })
            .sum()
    };
    half(-1.0) + half(1.0)
}

/// What scenarios scale around, and what stands for a history that is drawn, is the mean of what is
/// drawn.
#[test]
fn the_mean_is_that_of_what_is_drawn() {
    let further = [
        "empirical = { values = [0, 0, 3], smooth = true }",
        "empirical = { values = [5, 1, 1, 1, -2, 9], smooth = true }",
        "empirical = { values = [2], smooth = true }",
        "empirical = { values = [0, 0, 3] }",
        "truncated = { normal = { mean = 1, sd = 2 }, min = 0 }",
        "truncated = { empirical = { values = [0, 1, 3, 7], smooth = true }, min = 0.5, max = 5 }",
        "truncated = { student_t = { sd = 1, df = 3 }, max = 0.3 }",
        "truncated = { gamma = { shape = 0.5, scale = 2 }, min = 0.1, max = 4 }",
        "mixture = { components = [{ weight = 1, empirical = { values = [0, 0, 3], smooth = true } }, \
         { weight = 3, normal = { mean = 4, sd = 0.5 } }] }",
        "mixture = { components = [{ weight = 2, truncated = { normal = { sd = 1 }, min = 1 } }, \
         { weight = 1, poisson = { mean = 2.5 } }] }",
        "discrete = { values = [-1, 0, 10], probabilities = [0.2, 0.5, 0.3] }",
        "elicited = { q10 = 2.2, q50 = 2.6, q90 = 3.4 }",
        "elicited = { q05 = -1, q50 = 0.2, q95 = 4 }",
        "two_piece_normal = { mode = 0, uncertainty = 0.02, skew = -0.005 }",
    ];
    let mut wrong = Vec::new();
    for name in golden().iter().map(|(name, _)| *name).chain(further) {
        let (distribution, text) = (read(name), name);
        let (inverse, mean, sd) = (distribution.inverse(), distribution.mean(), distribution.sd());
        let found = integral(&inverse, |x| x);
        if (found - mean).abs() > 1e-3 * sd + 1e-9 * mean.abs() {
            wrong.push(format!("{text}: mean {mean}, of draws {found}"));
        }
        // The tails of these hold much of their variance beyond the last number that is drawn.
        if !text.starts_with("student_t") {
            let found = integral(&inverse, |x| (x - mean) * (x - mean)).sqrt();
            if (found - sd).abs() > 1e-2 * sd {
                wrong.push(format!("{text}: sd {sd}, of draws {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn every_kind_is_compared_with_another_program() {
    let golden = golden();
    let seen: BTreeSet<&str> = golden.iter().map(|(name, _)| read(name).kind()).collect();
    for kind in Distribution::kinds() {
        assert!(seen.contains(kind), "tests/golden/distributions/make.py has no {kind}");
    }
}

#[test]
fn moments_and_distribution_functions_are_those_of_scipy_and_mpmath() {
    let mut wrong = Vec::new();
    for (name, lines) in golden() {
        let distribution = read(name);
        let cdf = distribution.cdf();
        let sd = distribution.sd();
        for line in lines {
            let numbers: Vec<f64> = line[1..].iter().map(|text| number(text)).collect();
            let right = match (line[0], &numbers[..]) {
                ("mean", [mean]) => {
                    (distribution.mean() - mean).abs() <= 1e-10 * mean.abs().max(sd)
                }
                ("sd", [expected]) => near(sd, *expected, 1e-10),
                ("sides", [x, below, above, density]) => {
                    let sides = cdf(*x);
                    // What the last digit of the value makes of a probability.
                    let grain = 4.0 * f64::EPSILON * x.abs() * density;
                    (sides.below - below).abs() <= 1e-10 * below + grain
                        && (sides.above - above).abs() <= 1e-10 * above + grain
                        && (near(sides.density, *density, 1e-8) || grain > 1e-9 * below.min(*above))
                }
                ("quantile", _) => true,
                _ => panic!("{line:?}"),
            };
            if !right {
                let found = (distribution.mean(), sd, cdf(numbers[0]));
                wrong.push(format!("{name}: {line:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn quantiles_are_those_of_mpmath_out_to_the_last_uniform() {
    let mut wrong = Vec::new();
    for (name, lines) in golden() {
        let distribution = read(name);
        let inverse = distribution.inverse();
        for line in lines.iter().filter(|line| line[0] == "quantile") {
            let k: u64 = line[1].parse().expect("an integer");
            let v = (2 * i128::from(k) + 1 - (1 << 53)) as f64 / 2f64.powi(54);
            let (expected, slope) = (number(line[2]), number(line[3]));
            let found = quantile(&inverse, v);
            let right = if distribution.has_density() {
                let grain = 8.0 * f64::EPSILON * expected.abs() * slope;
                (found - expected).abs() * slope <= 1e-10 + grain
            } else {
                found == expected
            };
            if !right {
                let error = (found - expected) * slope;
                wrong.push(format!("{name}: {line:?}, found {found:e}, off by {error:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn a_plan_and_its_json_keep_every_distribution() {
    for (name, _) in golden() {
        let plan = format!("schema = 1\nname = \"d\"\nperiods = \"2021\"\n[shocks.x]\n{name}\n");
        let model = Model::from_toml(&plan).expect(name);
        let text = model.to_toml().expect("text");
        assert_eq!(Model::from_toml(&text).expect(name), model, "{text}");
    }
}

/// Of each kind that has a density, a few.
fn continuous() -> Vec<Distribution> {
    let all = golden().into_iter().map(|(name, _)| read(name));
    let mut several: Vec<Distribution> = Vec::new();
    for distribution in all.filter(Distribution::has_density) {
        let kind = distribution.kind();
        if several.iter().filter(|seen| seen.kind() == kind).count() < 4 {
            several.push(distribution);
        }
    }
    several
}

#[test]
fn scores_invert_the_draw() {
    for distribution in continuous() {
        let inverse = distribution.inverse();
        for z in [-3.0, -1.2, -0.3, 0.0, 0.4, 1.0, 2.7] {
            let mut row = [z];
            inverse.from_scores(&mut row);
            let score = inverse.score(row[0]).expect("inside");
            // A value has as many digits as its distance from 0 leaves.
            let room = 1e-9 + 4.0 * f64::EPSILON * row[0].abs() * exp(score.ln_slope);
            assert!((score.z - z).abs() < room, "{distribution:?} {z} {}", score.z);
        }
    }
}

/// Beyond the last number that can be drawn there is no score, and up to it the density of the score
/// is that of the distribution.
#[test]
fn scores_far_out_have_the_density_or_are_none() {
    for distribution in continuous() {
        let (inverse, cdf) = (distribution.inverse(), distribution.cdf());
        for sds in [-60.0, -20.0, -9.0, -7.0, -4.0, 4.0, 7.0, 9.0, 20.0, 60.0, 1e6] {
            let x = distribution.mean() + sds * distribution.sd();
            let Some(score) = inverse.score(x) else { continue };
            assert!(score.z.is_finite() && score.ln_slope.is_finite(), "{distribution:?} {x}");
            let density = exp(ln_normal_density(score.z) + score.ln_slope);
            let right = cdf(x).density;
            if right > 1e-300 {
                assert!(near(density, right, 1e-4), "{distribution:?} {x}: {density} {right}");
            }
        }
    }
}

#[test]
fn densities_are_the_slopes_of_distribution_functions() {
    for distribution in continuous() {
        let (inverse, cdf) = (distribution.inverse(), distribution.cdf());
        for z in [-2.0, -0.6, 0.31, 0.9, 2.2] {
            let mut row = [z, z + 1e-4];
            inverse.from_scores(&mut row);
            let x = row[0];
            let step = row[1] - x;
            if step < 1e-9 * x.abs() {
                continue;
            }
            let slope = (cdf(x + step).below - cdf(x - step).below) / (2.0 * step);
            let density = cdf(x).density;
            let score = inverse.score(x).expect("inside");
            let of_score = exp(ln_normal_density(score.z) + score.ln_slope);
            assert!(near(density, slope, 1e-5), "{distribution:?} {x} {density} {slope}");
            assert!(near(of_score, density, 1e-5), "{distribution:?} {x} {density} {of_score}");
        }
    }
}

#[test]
fn nothing_is_drawn_outside_the_support() {
    for (name, _) in golden() {
        let distribution = read(name);
        let (inverse, (low, high)) = (distribution.inverse(), distribution.support());
        for v in [-0.5 + 2f64.powi(-54), -0.2, 0.0, 0.3, 0.5 - 2f64.powi(-54)] {
            let x = quantile(&inverse, v);
            assert!((low..=high).contains(&x), "{name}: {x}");
        }
        assert_eq!(inverse.score(low - 1.0), None, "{name}");
        assert_eq!(inverse.score(high + 1.0), None, "{name}");
    }
}

#[test]
fn what_mixes_values_and_densities_draws_both() {
    let text = "mixture = { components = [{ weight = 1, bernoulli = { probability = 0.5 } }, \
                { weight = 2, normal = { mean = 0.5, sd = 1.0 } }, { weight = 1, discrete = { values \
                = [3.0], probabilities = [1.0] } }] }";
    let mixture = read(text);
    let inverse = mixture.inverse();
    assert!(!mixture.has_density());
    // The probability of exactly 0 is 1/8, of 1 too, of 3 it is 1/4.
    let cdf = mixture.cdf();
    for (value, p) in [(0.0f64, 0.125), (1.0, 0.125), (3.0, 0.25)] {
        let (before, at) = (cdf(value.next_down()).below, cdf(value).below);
        assert!((at - before - p).abs() < 1e-15);
        for u in [before + 1e-9, before + p / 2.0, at - 1e-9] {
            assert_eq!(quantile(&inverse, u - 0.5), value);
        }
        assert!(quantile(&inverse, before - 1e-6 - 0.5) < value);
        assert!(quantile(&inverse, at + 1e-6 - 0.5) > value);
    }
    let counts = read(
        "mixture = { components = [{ weight = 0.3, poisson = { mean = 2 } }, { weight = 0.7, \
         poisson = { mean = 9 } }] }",
    );
    let (inverse, cdf) = (counts.inverse(), counts.cdf());
    for k in [0.0, 1.0, 5.0, 20.0] {
        let u = cdf(k).below;
        assert_eq!(quantile(&inverse, u - 1e-12 - 0.5), k);
        assert_eq!(quantile(&inverse, u + 1e-12 - 0.5), k + 1.0);
    }
}

#[test]
fn what_is_wrong_has_the_address_of_the_part() {
    let deep = "mixture = { components = [{ weight = 1, normal = { sd = 1 } }, { weight = 1, \
                truncated = { normal = { sd = -1 }, min = 0 } }] }";
    for (text, message) in [
        (
            deep,
            "shocks.x.mixture.components[1].truncated.normal.sd: expected a number of at least 0, found -1",
        ),
        (
            "mixture = { components = [{ weight = -1, normal = { sd = 1 } }] }",
            "shocks.x.mixture.components[0].weight: expected a number of at least 0",
        ),
        (
            "mixture = { components = [{ weight = 1, nromal = { sd = 1 } }] }",
            "shocks.x.mixture.components[0].nromal: unknown key \"nromal\"; did you mean \"normal\"?",
        ),
        (
            "mixture = { components = [] }",
            "shocks.x.mixture.components: expected 1 to 100 distributions, found 0",
        ),
        ("truncated = { normal = { sd = 1 } }", "shocks.x.truncated: has neither min nor max"),
        (
            "truncated = { normal = { sd = 1 }, min = 1, max = 1 }",
            "shocks.x.truncated.max: expected more than the min of 1, found 1",
        ),
        (
            "truncated = { uniform = { min = 0, max = 1 }, min = 2 }",
            "shocks.x.truncated.min: expected limits between which the uniform draws something",
        ),
        (
            "truncated = { poisson = { mean = 3 }, min = 2 }",
            "shocks.x.truncated.poisson: expected a distribution with a density",
        ),
        (
            "truncated = { student_t = { sd = 1, df = 2.001 }, min = 0 }",
            "shocks.x.truncated.student_t: its tails are too heavy",
        ),
        (
            "discrete = { values = [1, 2], probabilities = [0.5] }",
            "shocks.x.discrete.probabilities: expected one for each of the 2 values, found 1",
        ),
        (
            "discrete = { values = [1, 2], probabilities = [0.5, 0.6] }",
            "shocks.x.discrete.probabilities: expected probabilities that add up to 1, found 1.1",
        ),
        ("elicited = { q50 = 2 }", "shocks.x.elicited: expected q50 with one pair around it"),
        ("elicited = { q10 = 1, q50 = 2 }", "shocks.x.elicited.q90: is missing beside its pair"),
        (
            "elicited = { q10 = 3, q50 = 2, q90 = 4 }",
            "shocks.x.elicited.q10: expected less than the q50 of 2, found 3",
        ),
        (
            "elicited = { q10 = 1, q50 = 1.9, q90 = 2 }",
            "shocks.x.elicited.q50: is too near to one of the others",
        ),
        (
            "elicited = { q10 = 1, q50 = 30, q90 = 9000, min = 0.9 }",
            "shocks.x.elicited: the tail of the distribution",
        ),
        (
            "weibull = { shape = 0, scale = 1 }",
            "shocks.x.weibull.shape: expected a number from 0.05 to 1e5, found 0",
        ),
    ] {
        let found = problem(text);
        assert!(found.contains(message), "{text}: {found}");
    }
}
