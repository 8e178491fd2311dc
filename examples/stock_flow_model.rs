//! A stock-flow consistent model whose equations are solved together: model PC of W. Godley and M.
//! Lavoie (2007), Monetary Economics, chapter 4. Its published numbers, a shock to government
//! spending, a fan, and the equation that it leaves out, in every path.
//!
//! Run with `cargo run --example stock_flow_model`.

#![allow(clippy::print_stdout, reason = "prints for a reader")]

use tinbergen::analyse::at_means;
use tinbergen::estimate::{Identities, identity_check};
use tinbergen::import::{Data, read_text};
use tinbergen::model::{Change, Distribution, Scenario};
use tinbergen::{Model, Sampling};

/// One equation a line; `=` holds exactly, `~` takes a shock and an add factor.
const PC: &str = "
    model \"PC\"
    periods 2001..2040
    parameter alpha1 = 0.6, alpha2 = 0.4, theta = 0.2
    parameter lambda0 = 0.635, lambda1 = 5, lambda2 = 0.01
    data v 2000 = 86.48648648648648
    data bh 2000 = 64.86486486486486
    data hs 2000 = 21.62162162162162
    data bs 2000 = 86.48648648648648
    data bcb 2000 = 21.62162162162162

    y = c + g                                               # national income
    t = theta * (y + r[-1] * bh[-1])                        # taxes, on interest too
    yd = y - t + r[-1] * bh[-1]                             # disposable income
    c ~ alpha1 * yd + alpha2 * v[-1]                        # consumption
    v = v[-1] + (yd - c)                                    # wealth of households
    bh / v = lambda0 + lambda1 * r - lambda2 * (yd / v)     # of it in bills
    hh = v - bh                                             # the rest in money
    bs = bs[-1] + (g + r[-1] * bs[-1]) - (t + r[-1] * bcb[-1])   # bills issued
    bcb = bs - bh                                           # taken by the central bank
    hs = hs[-1] + (bcb - bcb[-1])                           # money issued
";

/// Spending of 20 and a rate of 2.5 %, known in all periods.
fn exogenous() -> Result<Data, Box<dyn std::error::Error>> {
    let rows: Vec<String> = (2000..=2040).map(|year| format!("{year},20,0.025")).collect();
    Ok(Data::from_csv(format!("year,g,r\n{}\n", rows.join("\n")).as_bytes(), "exogenous.csv")?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model: Model = read_text(PC.as_bytes(), &exogenous()?, None, "pc.txt")?;
    let explanation = model.compile()?.computation_order().to_string();
    println!("{}\n", explanation.lines().next().unwrap_or_default());

    // More spending from 2011 on; how much of their income households spend is not known exactly,
    // nor is it the same every year.
    let more = Change::of_indicator("g").over("2011..2040".parse()?).adding(5.0);
    let model = model
        .with_parameter("alpha1", Distribution::normal(0.6, 0.02))
        .with_shock("c", Distribution::normal(0.0, 0.5))
        .with_scenario("more", Scenario::of([more]));

    // With everything at its mean the baseline stays in the published steady state.
    let calm = at_means(&model).compile()?.simulate(&Sampling::new(1, 1))?;
    println!("            published     here");
    for (name, published) in [("y", 106.4865), ("v", 86.4865), ("bh", 64.8649)] {
        let found = calm.get("baseline")?.paths(name)?[[39, 0]];
        println!("  {name:2}        {published:9.4} {found:8.4}");
        assert!((found - published).abs() < 5e-5, "{name} is {found}");
    }
    let added = calm.get("more")?.paths("y")?[[39, 0]] - calm.get("baseline")?.paths("y")?[[39, 0]];
    println!("\n5 more of spending a year raise income by {added:.2} after thirty years");
    // In the new steady state everything is a quarter larger.
    let steady = 106.4865 / 4.0;
    assert!(added > 0.99 * steady && added < steady);

    let program = model.compile()?;
    let runs = program.simulate(&Sampling::new(5_000, 1))?;
    let fan = runs.get("more")?.fan("y", &[0.05, 0.5, 0.95])?;
    println!("\nincome     5 %   median     95 %");
    for row in fan.periods.iter().step_by(6) {
        let [low, median, high] = row.quantiles[..] else { continue };
        println!("{} {low:8.2} {median:8.2} {high:8.2}", row.period);
    }

    // Money held is money issued: no equation says so, and in every path it is so.
    let which = Identities::new().further(["hh = hs"]);
    let rows = identity_check(&program, &runs, "more", &which, &mut |_, _| true)?;
    let hidden = rows.iter().find(|row| row.equation == "hh = hs").ok_or("it was asked for")?;
    println!("\nhh = hs misses by at most {:.0e} in 5,000 paths", hidden.largest);
    assert!(hidden.relative < 1e-12 && hidden.periods == 40);
    Ok(())
}
