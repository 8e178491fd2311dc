//! Residuals of the past drawn again: blocks of periods, covariances, and what the contract on
//! random numbers says of them.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tinbergen::estimate::{Draw, Redraw};
use tinbergen::model::{Distribution, Empirical, Indicator, Pair, Shock, Stream};
use tinbergen::period::{Period, Span};
use tinbergen::sample::StreamId;
use tinbergen::{Design, Ensembles, Model, Sampling};

const BASE: &str = include_str!("../golden/streams.toml");

fn run(text: &str, sampling: &Sampling) -> Ensembles {
    let program = Model::from_toml(text).and_then(|model| model.compile()).expect("it compiles");
    program.simulate(sampling).expect("it runs")
}

/// `[period][path]`.
fn rows(runs: &Ensembles, indicator: &str) -> Vec<Vec<f64>> {
    let view = runs.get("baseline").expect("it ran").paths(indicator).expect("kept");
    view.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

/// A uniform as docs/streams.md says anyone can recompute it.
fn uniform(seed: u64, stream: &str, ordinal: u32, path: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(StreamId::of(stream).hash());
    let block = (u128::from(ordinal) << 40) | u128::from(path / 8);
    rng.set_word_pos(block * 16 + 2 * u128::from(path % 8));
    ((rng.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

/// The place in a list of `n` that a stream of stationary blocks draws, told as the documents do.
fn stationary(seed: u64, stream: &str, ordinal: u32, path: u64, n: u32, mean: f64) -> u32 {
    let begin = uniform(seed, stream, ordinal, path) * mean;
    if begin < 1.0 {
        return (begin * f64::from(n)) as u32;
    }
    (stationary(seed, stream, ordinal - 1, path, n, mean) + 1) % n
}

#[test]
fn anyone_can_recompute_the_blocks() {
    let runs = run(BASE, &Sampling::new(300, 7));
    let (moving, walking, whole) =
        (rows(&runs, "moving_a"), rows(&runs, "stationary_a"), rows(&runs, "whole"));
    for (t, year) in (2021..=2032).enumerate() {
        for path in 0..300 {
            let lane = path as usize;
            let offset = (year - 2021) % 4;
            let u = uniform(7, "shock/moving", year - offset, path);
            assert_eq!(moving[t][lane], (u * 7.0).floor() + f64::from(offset));
            let place = stationary(7, "shock/stationary", year, path, 10, 3.0);
            assert_eq!(walking[t][lane], f64::from(place), "{year} {path}");
            assert_eq!(whole[t][lane], (uniform(7, "shock/whole", year, path) * 10.0).floor());
        }
    }
}

#[test]
fn whole_periods_are_drawn_together_in_every_design() {
    for design in [Design::Random, Design::Antithetic, Design::LatinHypercube, Design::Sobol] {
        let runs = run(BASE, &Sampling::new(1_000, 3).with_design(design));
        for kind in ["moving", "stationary"] {
            let (a, b) = (rows(&runs, &format!("{kind}_a")), rows(&runs, &format!("{kind}_b")));
            for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
                assert_eq!(10.0 * a, *b, "{design} {kind}");
            }
        }
        // Blocks of four are whole, whatever the design.
        let moving = rows(&runs, "moving_a");
        for t in (0..12).filter(|t| t % 4 != 0) {
            assert!(moving[t].iter().zip(&moving[t - 1]).all(|(now, before)| *now == before + 1.0));
        }
    }
}

#[test]
fn a_path_of_blocks_depends_on_nothing_else() {
    let all = ["moving_a", "stationary_b", "whole"];
    let reference = run(BASE, &Sampling::new(700, 5));
    for design in [Design::Random, Design::Antithetic, Design::Sobol] {
        let few = run(BASE, &Sampling::new(20, 5).with_design(design));
        let many = run(BASE, &Sampling::new(3_000, 5).with_design(design).with_block(64));
        for name in all {
            for (few, many) in rows(&few, name).iter().zip(rows(&many, name)) {
                assert_eq!(few[..], many[..20], "{name} {design}");
            }
        }
    }
    for (block, threads) in [(8, 1), (64, 2), (1000, 1)] {
        let other = run(BASE, &Sampling::new(700, 5).with_block(block).with_threads(threads));
        all.iter().for_each(|name| assert_eq!(rows(&reference, name), rows(&other, name)));
    }
    let longer = run(&BASE.replace("..2032", "..2045"), &Sampling::new(700, 5));
    // An indicator with an earlier jump-off lets shocks be drawn from an earlier period on.
    let ragged = "[indicators.early]\nhistory = { 2018 = 1 }\nequation = \"early ~ early[-1]\"\n\
                  [shocks.early]\nnormal = { sd = 1 }";
    let ragged = run(&format!("{BASE}\n{ragged}"), &Sampling::new(700, 5));
    for name in all {
        assert_eq!(rows(&reference, name)[..], rows(&longer, name)[..12]);
        assert_eq!(rows(&reference, name), rows(&ragged, name));
    }
}

#[test]
fn the_blocks_of_a_seed_stay_what_they_are() {
    // Golden values of streams = 1: a change here is a change of the contract.
    let golden = include_str!("../golden/streams.csv");
    let runs = run(BASE, &Sampling::new(8, 42));
    let mut found = String::from("# indicator,period,values of eight paths\n");
    for indicator in ["moving_a", "stationary_a", "whole"] {
        for (period, row) in rows(&runs, indicator).into_iter().enumerate() {
            let values: Vec<String> = row.iter().map(|v| format!("{v}")).collect();
            found += &[indicator, &period.to_string(), &values.join(",")].join(",");
            found.push('\n');
        }
    }
    assert_eq!(found, golden, "found:\n{found}");
}

/// Pearson's statistic of counts against expected ones.
fn chi_square(counts: &[f64], expected: &[f64]) -> f64 {
    counts.iter().zip(expected).map(|(c, e)| (c - e).powi(2) / e).sum()
}

/// The upper limit that a chi-square with these degrees of freedom exceeds with probability 1e-5
/// (E. B. Wilson and M. M. Hilferty 1931; within 1 % here).
fn limit(df: f64) -> f64 {
    let shift = 2.0 / (9.0 * df);
    df * (1.0 - shift + 4.264_890_8 * shift.sqrt()).powi(3)
}

/// Starts of blocks are even over the places and lengths are geometric. The seed is fixed; with
/// another one each of the four tests would fail falsely with probability 1e-5.
#[test]
fn starts_and_lengths_of_stationary_blocks_follow_their_laws() {
    let text = BASE.replace("..2032", "..2120").replace("length = 3", "length = 5");
    let walk = rows(&run(&text, &Sampling::new(4_000, 11)), "stationary_a");
    let paths = walk[0].len();
    let places = |t: usize| {
        let mut counts = [0.0; 10];
        walk[t].iter().for_each(|place| counts[*place as usize] += 1.0);
        counts
    };
    let even = [paths as f64 / 10.0; 10];
    for t in [0, 37] {
        assert!(chi_square(&places(t), &even) < limit(9.0), "{t}");
    }
    // A block goes on with probability 4/5, and a new one may begin where it would have gone: runs
    // end with probability 1/5 x 9/10.
    let (mut lengths, mut starts) = ([0.0; 25], [0.0; 10]);
    for path in 0..paths {
        let goes_on = |t: usize| walk[t][path] == (walk[t - 1][path] + 1.0) % 10.0;
        let first = (1..60).find(|t| !goes_on(*t)).expect("one ends within sixty periods");
        starts[walk[first][path] as usize] += 1.0;
        let length = (1..25).find(|k| !goes_on(first + k)).unwrap_or(25);
        lengths[length - 1] += 1.0;
    }
    let ends = 0.2 * 0.9;
    let geometric: Vec<f64> = (0..25)
        .map(|k| if k < 24 { ends * (1.0_f64 - ends).powi(k) } else { (1.0_f64 - ends).powi(24) })
        .map(|share| share * paths as f64)
        .collect();
    assert!(chi_square(&lengths, &geometric) < limit(24.0), "{lengths:?} {geometric:?}");
    assert!(chi_square(&starts, &even) < limit(9.0), "{starts:?}");
}

#[test]
fn starts_of_moving_blocks_are_even_over_where_they_fit() {
    let moving = rows(&run(BASE, &Sampling::new(7_000, 2)), "moving_a");
    for t in [0, 4, 8] {
        let mut counts = [0.0; 7];
        moving[t].iter().for_each(|place| counts[*place as usize] += 1.0);
        // False with probability 1e-5 each for another seed.
        assert!(chi_square(&counts, &[1_000.0; 7]) < limit(6.0), "{counts:?}");
    }
    // Blocks do not know of each other: places of one and of the next are independent.
    let mut pairs = vec![0.0; 49];
    for (a, b) in moving[0].iter().zip(&moving[4]) {
        pairs[*a as usize * 7 + *b as usize] += 1.0;
    }
    assert!(chi_square(&pairs, &[7_000.0 / 49.0; 49]) < limit(48.0));
}

/// An indicator with a behavioural equation and a history.
fn with_past(model: Model, name: &str, equation: &str, values: &[f64]) -> Model {
    let mut indicator = Indicator::from_equation(equation);
    for (k, value) in values.iter().enumerate() {
        indicator = indicator.with_history(Period::year(2000 + k as i32), *value);
    }
    model.with_indicator(name, indicator)
}

fn two() -> Model {
    let model = Model::new("two", span("2010..2019"));
    let a = [0.0, 1.0, 3.0, -1.0, 0.5, 2.0, -2.0, 1.5, 0.0, 1.0];
    let b = [1.0, 2.0, 5.0, -2.0, 2.0, 3.0, -3.0, 3.5, 1.0, 1.0];
    let model = with_past(model, "a", "a ~ 0.5 * a[-1]", &a);
    let model = with_past(model, "b", "diff(b) ~ a", &b);
    with_past(model, "c", "c = a + b", &[])
}

fn empirical(model: &Model, name: &str) -> Vec<f64> {
    match &model.shocks[name].distribution {
        Distribution::Empirical(Empirical { values, smooth: false }) => values.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn residuals_become_shocks_that_keep_their_periods() {
    let past = Redraw::of_span(span("2001..2009"));
    let raw = two().with_residuals(&past.clone().demeaned(false)).expect("residuals");
    assert_eq!(empirical(&raw, "a")[..3], [1.0, 2.5, -2.5]);
    assert_eq!(empirical(&raw, "b")[..3], [0.0, 0.0, -6.0]);
    assert_eq!(raw.shocks["a"].stream.as_deref(), Some("residuals"));
    let notes: Vec<String> = raw.notes().iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("residuals of 2 equations over 2001..2009 (9 periods)"));
    let centred = two().with_residuals(&past).expect("residuals");
    assert!(empirical(&centred, "a").iter().sum::<f64>().abs() < 1e-14);
    // Written and read again it is the same model.
    for draw in [Draw::Independent, Draw::Moving(3), Draw::Stationary(2.5), Draw::Normal] {
        let model = two().with_residuals(&past.clone().drawing(draw)).expect("residuals");
        let again = Model::from_toml(&model.to_toml().expect("text")).expect("it reads");
        assert_eq!(model, again);
        let paths = |m: &Model| {
            let runs = m.compile().expect("compiles").simulate(&Sampling::new(50, 1));
            rows(&runs.expect("runs"), "c")
        };
        assert_eq!(paths(&model), paths(&again));
    }
}

#[test]
fn what_moving_blocks_draw_has_no_mean() {
    let past = Redraw::of_span(span("2001..2009")).drawing(Draw::Moving(4));
    let model = two().with_residuals(&past).expect("residuals");
    let values = empirical(&model, "a");
    let blocks = values.windows(4).flatten().sum::<f64>();
    assert!(blocks.abs() < 1e-13, "{blocks}");
    assert!(values.iter().sum::<f64>().abs() > 1e-3, "edges come more rarely");
}

#[test]
fn a_normal_draw_has_the_covariances_of_the_residuals() {
    let past = Redraw::of_span(span("2001..2009")).drawing(Draw::Normal);
    let model = two().with_residuals(&past).expect("residuals");
    let residuals = two().residuals(span("2001..2009")).expect("residuals");
    let column = |name: &str| residuals[name].values().copied().collect::<Vec<_>>();
    let (a, b) = (column("a"), column("b"));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let cov = |x: &[f64], y: &[f64]| {
        let (mx, my) = (mean(x), mean(y));
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / (x.len() as f64 - 1.0)
    };
    let r = cov(&a, &b) / (cov(&a, &a) * cov(&b, &b)).sqrt();
    assert!((model.correlations[&Pair::new("a", "b")] - r).abs() < 1e-14);
    assert_eq!(model.shocks["a"].distribution, Distribution::normal(0.0, cov(&a, &a).sqrt()));
    let what = &model.notes()[0].message;
    assert!(!what.contains("shrunk"), "{what}");
}

#[test]
fn covariances_that_no_numbers_can_have_are_shrunk_and_said() {
    // Three equations, three periods: no full rank.
    let wide = Model::new("wide", span("2003..2012"));
    let wide = with_past(wide, "a", "a ~ 0", &[1.0, -1.0, 0.5]);
    let wide = with_past(wide, "b", "b ~ 0", &[0.3, 0.1, -0.5]);
    let wide = with_past(wide, "c", "c ~ 0", &[0.7, 0.2, 0.9]);
    let normal = |span: Span| Redraw::of_span(span).drawing(Draw::Normal);
    let model = wide.with_residuals(&normal(span("2000..2002"))).expect("residuals");
    let what = model.notes()[0].message.clone();
    assert!(what.contains("3 equations have only 3 periods; correlations are shrunk by"), "{what}");
    assert!(model.compile().is_ok());
    let values = [1.0, -1.0, 0.5, 2.0, 0.1, -0.3];
    let twins = Model::new("twins", span("2006..2012"));
    let twins = with_past(twins, "a", "a ~ 0", &values);
    let twins = with_past(twins, "b", "b ~ 0", &values);
    let model = twins.with_residuals(&normal(span("2000..2005"))).expect("residuals");
    // They are one number, and drawn so.
    assert!(model.notes().iter().all(|note| !note.message.contains("shrunk")));
    assert!(model.correlations[&Pair::new("a", "b")] > 1.0 - 1e-12 && model.compile().is_ok());
}

#[test]
fn what_is_left_out_and_what_is_wrong_are_said() {
    let model = two().with_shock("other", Distribution::normal(0.0, 1.0));
    let model = with_past(model, "d", "d ~ a + e", &[1.0; 10]);
    let model = model.with_indicator("e", Indicator::default());
    let model = with_past(model, "f", "f ~ 1 + shock(other)", &[1.0; 10]);
    let model = with_past(model, "g", "g ~ 2 * h", &[2.0; 10]);
    let model = with_past(model, "h", "h ~ 1.5", &[1.0; 10]);
    let past = Redraw::of_span(span("2001..2009"));
    let made = model.with_residuals(&past).expect("residuals");
    let left: Vec<String> = made.notes().into_iter().skip(1).map(|note| note.message).collect();
    assert_eq!(
        left,
        [
            "d has no residual in 9 of 9 periods, first in 2001: values are missing",
            "f has further random terms, which residuals cannot tell apart",
            "g holds to rounding in every period: it is an identity",
        ]
    );
    let error = |redraw: Redraw| model.with_residuals(&redraw).expect_err("wrong").to_string();
    assert!(error(past.clone().of(["aa"])).contains("unknown indicator \"aa\"; did you mean"));
    assert!(error(past.clone().of(["c"])).contains("c has no behavioural equation"));
    assert!(error(past.clone().of(["d"])).contains("values are missing"));
    assert!(error(past.clone().drawing(Draw::Moving(10))).contains("do not fit into 9"));
    assert!(error(past.drawing(Draw::Stationary(f64::NAN))).contains("expected a mean length"));
    assert!(error(Redraw::of_span(span("2001"))).contains("one period has no spread"));
}

#[test]
fn streams_that_cannot_be_are_refused() {
    let base = Model::from_toml(BASE).expect("it reads");
    let refused = |model: Model| model.compile().expect_err("refused").to_string();
    let message = refused(base.clone().with_stream("movin", Stream::moving(3)));
    assert!(message.contains("no shock names the stream \"movin\"; did you mean \"moving\"?"));
    let message = refused(base.clone().with_stream("moving", Stream::moving(11)));
    assert!(message.contains("blocks of 11 periods do not fit into 10 values"), "{message}");
    let message = refused(base.clone().with_correlation("moving_a", "moving_b", 0.3));
    assert!(message.contains("drawn together already"), "{message}");
    let mut shock = Shock::from(Distribution::normal(0.0, 1.0));
    shock.stream = Some("moving".to_owned());
    let message = refused(base.with_shock("moving_b", shock));
    assert!(message.contains("lists of equally many values"), "{message}");
}
