//! The parts of a run, one by one: random numbers, the inverse distribution function, a step of equations, quantiles,
//! a plan compiled, a simultaneous block solved. On one thread; `cargo bench` in this folder.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tinbergen::math::{exp, normal_quantiles};
use tinbergen::model::{Distribution, Indicator};
use tinbergen::sample::{StreamId, Streams};
use tinbergen::summary::quantiles;
use tinbergen::{Model, Program, Sampling};

const LEVELS: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];

/// Centred uniforms.
fn drawn(count: usize) -> Vec<f64> {
    let mut row = vec![0.0; count];
    Streams::new(1).centred(StreamId::of("piece"), 2021, 0, &mut row);
    row
}

fn numbers(c: &mut Criterion) {
    let mut group = c.benchmark_group("a block of 1,024 numbers");
    group.throughput(Throughput::Elements(1024));
    let (streams, stream, mut row) = (Streams::new(1), StreamId::of("piece"), vec![0.0; 1024]);
    group.bench_function("random bits", |b| {
        b.iter(|| streams.centred(stream, 2021, 0, black_box(&mut row)));
    });
    let uniforms = drawn(1024);
    group.bench_function("the normal quantile", |b| {
        b.iter(|| {
            row.copy_from_slice(black_box(&uniforms));
            normal_quantiles(&mut row);
        });
    });
    group.bench_function("the exponential", |b| {
        b.iter(|| row.iter_mut().zip(black_box(&uniforms)).for_each(|(y, x)| *y = exp(*x)));
    });
    group.finish();
}

fn summaries(c: &mut Criterion) {
    let mut group = c.benchmark_group("seven quantiles");
    for count in [10_000, 100_000, 1_000_000] {
        let mut row = drawn(count);
        normal_quantiles(&mut row);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(count.to_string(), |b| b.iter(|| quantiles(black_box(&row), &LEVELS)));
    }
    group.finish();
}

/// Equations of which each follows from the one before, or all from each other.
fn chain(equations: usize, closed: bool) -> Program {
    let mut model = Model::new("chain", "2021..2030".parse().expect("periods"))
        .with_shock("y0", Distribution::normal(0.0, 0.1));
    for k in 0..equations {
        let before = if k > 0 { k - 1 } else { equations - 1 };
        let text = match (k, closed) {
            (0, false) => "y0 ~ 1 + 0.5 * (y0[-1] - 1)".to_owned(),
            (0, true) => format!("y0 ~ 1 + 0.3 * y{before} + 0.1 * y0[-1]"),
            _ => format!("y{k} = 0.9 * y{before} + 0.1 * y{k}[-1]"),
        };
        let indicator = Indicator::from_equation(text.as_str())
            .with_history("2020".parse().expect("a period"), 1.0);
        model = model.with_indicator(format!("y{k}"), indicator);
    }
    model.compile().expect("it is right")
}

fn runs(c: &mut Criterion) {
    let mut group = c.benchmark_group("1,024 paths of 100 equations over 10 periods");
    group.throughput(Throughput::Elements(1024 * 100 * 10));
    let sampling = Sampling::new(1024, 1).with_threads(1);
    for (name, closed) in [("one after the other", false), ("solved together", true)] {
        let program = chain(100, closed);
        group.bench_function(name, |b| b.iter(|| program.simulate(&sampling).expect("a run")));
    }
    group.finish();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans/yuecheng.toml");
    c.bench_function("the Yuecheng plan, read", |b| b.iter(|| Model::read(plan).expect("a plan")));
    let model = Model::read(plan).expect("a plan");
    c.bench_function("the Yuecheng plan, compiled", |b| {
        b.iter(|| model.compile().expect("it is right"))
    });
}

criterion_group!(pieces, numbers, summaries, runs);
criterion_main!(pieces);
