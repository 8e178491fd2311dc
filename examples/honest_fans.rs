//! How often fans of `fit` were right, beside two benchmarks: rolling origins on open panels.
//!
//! `TINBERGEN_SHARED=../shared cargo run --release --example honest_fans [-- FILTER] [closed]` reads the panels of
//! `data/` there and prints a table for each set, window and half of the series. The model was chosen on the
//! first half (every other series by name, from the first) and its final form is shown on the second; provinces
//! are too few to split and were looked at. Every origin sees only its own window, peers included.
//!
//! The benchmarks are an autoregression by least squares with its persistence clipped to (-0.90, 0.985), and a random
//! walk with the drift of the window, both with normal errors and fixed parameters. Scores are in per cent (growth) or
//! points (shares); the five-year level is the sum of the growth of five years. Standard errors come from 400
//! resamplings of the origins in blocks of five.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that prints a table, not a run"
)]

use std::collections::BTreeMap;
use std::error::Error;

use tinbergen::fit::{Panel, Prior, Series, Settings, Space, Tier, fit};
use tinbergen::math::normal_quantile;
use tinbergen::scoring::path_scores;

type Table = BTreeMap<String, BTreeMap<i32, f64>>;
const METHODS: [&str; 3] = ["least squares", "random walk", "fit"];
const BANDS: [f64; 3] = [0.5, 0.8, 0.9];
const HORIZON: usize = 5;
const ROWS: usize = 1000;

/// Scores that add up.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    crps: f64,
    count: f64,
    covered: [f64; 3],
}

impl Tally {
    fn add(&mut self, paths: &[f64], actual: f64) {
        let scores = path_scores(paths, None, actual);
        self.crps += scores.fair_crps;
        self.count += 1.0;
        let off = (scores.pit.middle() - 0.5).abs();
        for (covered, band) in self.covered.iter_mut().zip(BANDS) {
            *covered += f64::from(off <= band / 2.0);
        }
    }

    fn join(&mut self, other: &Self) {
        self.crps += other.crps;
        self.count += other.count;
        self.covered.iter_mut().zip(other.covered).for_each(|(a, b)| *a += b);
    }

    fn coverage(&self, band: usize) -> f64 {
        self.covered[band] / self.count
    }
}

/// What is scored: a horizon from 1 to 5 (years other than 2009), 2009 itself, the five-year level, the panel's mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Ahead(usize),
    Year2009,
    Level,
    Joint,
}

/// One origin: scores by method and item, and the widths of the 80 % band in the years to 2010.
#[derive(Debug, Default)]
struct Origin {
    scores: BTreeMap<(usize, Item), Tally>,
    widths: [f64; 3],
    ratio: (f64, f64),
}

/// A panel and how it is looked at.
struct Set {
    name: &'static str,
    figures: Table,
    share: bool,
    origins: (i32, i32),
    windows: &'static [usize],
    halves: &'static [usize],
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var("TINBERGEN_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tier =
        if arguments.iter().any(|x| x == "closed") { Tier::ClosedForm } else { Tier::Sampled };
    let filter = arguments.iter().find(|x| *x != "closed").cloned().unwrap_or_default();
    for set in sets(&folder)? {
        for &half in set.halves {
            for &window in set.windows {
                let name = format!("{} {window} {}", set.name, ["first", "second", "all"][half]);
                if name.contains(&filter) {
                    show(&name, &set, half, window, tier)?;
                }
            }
        }
    }
    Ok(())
}

fn sets(folder: &str) -> Result<Vec<Set>, Box<dyn Error>> {
    let read = |file: &str, indicator: &str| read(&format!("{folder}/data/{file}.csv"), indicator);
    let shares = "world_annual_shares";
    let growth = dlog(&read("world_annual_core", "gdp_real")?);
    let logits =
        |table: Table| map(table, |x| (x > 0.0 && x < 100.0).then(|| (x / (100.0 - x)).ln()));
    let share = |name, table: Table, first, windows| Set {
        name,
        figures: logits(table),
        share: true,
        origins: (first, 2014),
        windows,
        halves: &[0, 1],
    };
    let all: &[usize] = &[8, 12, 20];
    Ok(vec![
        Set {
            name: "growth",
            figures: growth,
            share: false,
            origins: (1981, 2014),
            windows: all,
            halves: &[0, 1],
        },
        share("R&D", read("world_annual_rd_growth", "rd_share")?, 2003, &[8, 12]),
        share("employment", read(shares, "employment_rate_15p")?, 1998, all),
        share("unemployment", read(shares, "unemployment_rate_15p")?, 1988, all),
        share("investment", read(shares, "investment_share")?, 1981, all),
        Set {
            name: "provinces",
            figures: read("china_provinces_2000_2019", "gdp_growth")?,
            share: false,
            origins: (2007, 2014),
            windows: &[8, 12],
            halves: &[2],
        },
    ])
}

fn read(path: &str, indicator: &str) -> Result<Table, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let place = |name: &str| {
        head.iter().position(|x| *x == name).ok_or(format!("no column {name} in {path}"))
    };
    let [entity, kind, period, value] =
        [place("entity")?, place("indicator")?, place("period")?, place("value")?];
    let mut table = Table::new();
    for cells in lines.map(|line| line.split(',').collect::<Vec<_>>()) {
        if cells[kind] == indicator
            && let (Ok(year), Ok(x)) = (cells[period].parse(), cells[value].parse())
        {
            table.entry(cells[entity].to_owned()).or_default().insert(year, x);
        }
    }
    Ok(table)
}

fn map(table: Table, f: impl Fn(f64) -> Option<f64>) -> Table {
    let of = |row: BTreeMap<i32, f64>| {
        row.into_iter().filter_map(|(year, x)| Some((year, f(x)?))).collect()
    };
    table.into_iter().map(|(name, row)| (name, of(row))).collect()
}

fn dlog(table: &Table) -> Table {
    let of = |row: &BTreeMap<i32, f64>| {
        let change =
            |(year, x): (&i32, &f64)| Some((*year, 100.0 * (x / row.get(&(year - 1))?).ln()));
        row.iter().filter_map(change).collect()
    };
    table.iter().map(|(name, row)| (name.clone(), of(row))).collect()
}

fn show(
    name: &str,
    set: &Set,
    half: usize,
    window: usize,
    tier: Tier,
) -> Result<(), Box<dyn Error>> {
    let part = set.figures.iter().enumerate().filter(|(k, _)| half == 2 || k % 2 == half);
    let table: Table = part.map(|(_, (name, row))| (name.clone(), row.clone())).collect();
    let mut origins = Vec::new();
    for year in set.origins.0..=set.origins.1 {
        let first = year - window as i32 + 1;
        let full = |row: &BTreeMap<i32, f64>| (first..=year).all(|t| row.contains_key(&t));
        let rows: Vec<(&String, &BTreeMap<i32, f64>)> =
            table.iter().filter(|(_, row)| full(row)).collect();
        if rows.len() >= 8 {
            origins.push(score(&rows, first, year, set.share, tier)?);
        }
    }
    print(name, &origins, set.share);
    Ok(())
}

/// Scores all methods from one origin.
fn score(
    rows: &[(&String, &BTreeMap<i32, f64>)],
    first: i32,
    year: i32,
    share: bool,
    tier: Tier,
) -> Result<Origin, Box<dyn Error>> {
    let window = |row: &BTreeMap<i32, f64>| (first..=year).map(|t| row[&t]).collect::<Vec<f64>>();
    let series = rows.iter().map(|(name, row)| Series::new(name.as_str(), window(row))).collect();
    let panel = Panel::new(series, if share { Space::Share } else { Space::Growth });
    let posterior = fit(&panel, &Prior::default(), &Settings::new(ROWS, 1).with_tier(tier))?;
    let fitted = posterior.forecast(&panel, HORIZON, 1)?;
    let back = |x: f64| if share { 100.0 / (1.0 + (-x).exp()) } else { x };
    let mut normal = Normal(year as u64);
    let mut origin = Origin::default();
    // Sums over the series, for the panel's mean, where all are known.
    let known = |h: usize| rows.iter().all(|(_, row)| row.contains_key(&(year + h as i32)));
    let mut sums = vec![vec![vec![0.0; ROWS]; 3]; HORIZON];
    let mut actual_sums = [0.0; HORIZON];
    for (k, (_, row)) in rows.iter().enumerate() {
        let mut paths = vec![vec![vec![0.0; ROWS]; HORIZON]; 3];
        benchmarks(&panel.series[k].values, &mut paths, &mut normal);
        for h in 0..HORIZON {
            (0..ROWS).for_each(|r| paths[2][h][r] = fitted[[r, k, h]]);
        }
        let actual = |h: usize| row.get(&(year + 1 + h as i32)).copied();
        for (method, paths) in paths.iter().enumerate() {
            let mut total = [0.0; ROWS];
            for h in 0..HORIZON {
                (0..ROWS).for_each(|r| {
                    total[r] += paths[h][r];
                    sums[h][method][r] += paths[h][r] / rows.len() as f64;
                });
                let Some(x) = actual(h) else { continue };
                let item =
                    if year + 1 + h as i32 == 2009 { Item::Year2009 } else { Item::Ahead(h) };
                let shown: Vec<f64> = paths[h].iter().map(|x| back(*x)).collect();
                origin.scores.entry((method, item)).or_default().add(&shown, back(x));
            }
            let whole: Option<f64> = (0..HORIZON).map(actual).sum();
            if let Some(whole) = whole.filter(|_| !share) {
                origin.scores.entry((method, Item::Level)).or_default().add(&total, whole);
            }
        }
        (0..HORIZON).for_each(|h| actual_sums[h] += actual(h).unwrap_or(0.0) / rows.len() as f64);
        if (2005..=2008).contains(&year) {
            for h in 0..(2010 - year) as usize {
                let width = |method: usize| width(&paths[method][h]);
                (0..3).for_each(|method| origin.widths[method] += width(method));
                origin.ratio.0 += (width(2) / width(0)).ln();
                origin.ratio.1 += 1.0;
            }
        }
    }
    for h in (0..HORIZON).filter(|h| known(h + 1)) {
        for method in 0..3 {
            origin
                .scores
                .entry((method, Item::Joint))
                .or_default()
                .add(&sums[h][method], actual_sums[h]);
        }
    }
    Ok(origin)
}

/// Paths of the two benchmarks.
fn benchmarks(y: &[f64], paths: &mut [Vec<Vec<f64>>], normal: &mut Normal) {
    let pairs = (y.len() - 1) as f64;
    let (before, now) = (&y[..y.len() - 1], &y[1..]);
    let mean = |x: &[f64]| x.iter().sum::<f64>() / pairs;
    let (mx, my) = (mean(before), mean(now));
    let sxx: f64 = before.iter().map(|x| (x - mx) * (x - mx)).sum();
    let sxy: f64 = before.iter().zip(now).map(|(x, y)| (x - mx) * (y - my)).sum();
    let phi = if sxx > 0.0 { (sxy / sxx).clamp(-0.90, 0.985) } else { 0.0 };
    let constant = my - phi * mx;
    let squares: f64 = before.iter().zip(now).map(|(x, y)| (y - constant - phi * x).powi(2)).sum();
    let sd = (squares / (pairs - 2.0)).sqrt();
    let drift = (y[y.len() - 1] - y[0]) / pairs;
    let steps: f64 = before.iter().zip(now).map(|(x, y)| (y - x - drift).powi(2)).sum();
    let step = (steps / (pairs - 1.0)).sqrt();
    for row in 0..ROWS {
        let (mut a, mut b) = (y[y.len() - 1], y[y.len() - 1]);
        for h in 0..HORIZON {
            a = constant + phi * a + sd * normal.next();
            b += drift + step * normal.next();
            (paths[0][h][row], paths[1][h][row]) = (a, b);
        }
    }
}

fn width(paths: &[f64]) -> f64 {
    let mut sorted = paths.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[paths.len() * 9 / 10] - sorted[paths.len() / 10]
}

/// The scores of some origins together.
fn pooled<'a>(
    origins: impl Iterator<Item = &'a Origin>,
    method: usize,
    wanted: impl Fn(Item) -> bool,
) -> Tally {
    let mut all = Tally::default();
    for origin in origins {
        let found = origin.scores.iter().filter(|((of, item), _)| *of == method && wanted(*item));
        found.for_each(|(_, tally)| all.join(tally));
    }
    all
}

/// The standard error of a number of the origins, from blocks of five drawn anew.
fn error(origins: &[Origin], of: impl Fn(&[&Origin]) -> f64) -> f64 {
    let count = origins.len();
    let block = (count / 3).clamp(1, 5);
    let mut normal = Normal(1);
    let mut all = Vec::new();
    for _ in 0..400 {
        let mut drawn: Vec<&Origin> = Vec::new();
        while drawn.len() < count {
            let first = (normal.uniform() * count as f64) as usize;
            drawn.extend((0..block).map(|k| &origins[(first + k) % count]));
        }
        drawn.truncate(count);
        all.push(of(&drawn));
    }
    // Without those in which what is asked for does not occur.
    all.retain(|x| x.is_finite());
    let number = all.len().max(1) as f64;
    let mean = all.iter().sum::<f64>() / number;
    (all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / number).sqrt()
}

fn print(name: &str, origins: &[Origin], share: bool) {
    let is_ahead = |item: Item| matches!(item, Item::Ahead(_));
    let line = |label: &str, wanted: &dyn Fn(Item) -> bool| {
        let base = pooled(origins.iter(), 0, wanted);
        if base.count == 0.0 {
            return;
        }
        for (method, title) in METHODS.iter().enumerate() {
            let all = pooled(origins.iter(), method, wanted);
            let gain = |some: &[&Origin]| {
                let of = |method| pooled(some.iter().copied(), method, wanted);
                let (own, base) = (of(method), of(0));
                100.0 * (own.crps / own.count / (base.crps / base.count) - 1.0)
            };
            let here: Vec<&Origin> = origins.iter().collect();
            print!(
                "{label:>14} {title:<14} crps {:8.4} {:+6.1} % ({:3.1})  in",
                all.crps / all.count,
                gain(&here),
                error(origins, gain)
            );
            for band in 0..3 {
                let part =
                    |some: &[&Origin]| pooled(some.iter().copied(), method, wanted).coverage(band);
                print!("  {:.3} ({:.3})", all.coverage(band), error(origins, part));
            }
            println!("  of {}", all.count);
        }
    };
    println!("== {name}: {} origins", origins.len());
    line("horizons 1-5", &is_ahead);
    for h in 0..HORIZON {
        let all = pooled(origins.iter(), 2, |item| item == Item::Ahead(h));
        println!(
            "{:>14} fit            in  {:.3}  {:.3}  {:.3}",
            format!("horizon {}", h + 1),
            all.coverage(0),
            all.coverage(1),
            all.coverage(2)
        );
    }
    line("2009", &|item| item == Item::Year2009);
    line("with 2009", &|item| is_ahead(item) || item == Item::Year2009);
    line("5-year level", &|item| item == Item::Level);
    line("panel's mean", &|item| item == Item::Joint);
    let ratio = origins.iter().fold((0.0, 0.0), |sum, o| (sum.0 + o.ratio.0, sum.1 + o.ratio.1));
    if ratio.1 > 0.0 && !share {
        let widths = |method: usize| origins.iter().map(|o| o.widths[method]).sum::<f64>();
        println!(
            "  after a calm: 80 % band over that of least squares, geometric mean {:.3}, of mean widths {:.3}",
            (ratio.0 / ratio.1).exp(),
            widths(2) / widths(0)
        );
    }
}

/// SplitMix64.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        normal_quantile(self.uniform() - 0.5 + 0.5f64.powi(54))
    }
}
