//! tmp
use tinbergen::*;
fn main() {
    let model = match Model::read(std::env::args().nth(1).unwrap_or("plans/yuecheng.toml".into())) {
        Ok(m) => m,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    let t = std::time::Instant::now();
    let program = match model.compile() {
        Ok(p) => p,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    println!("compile {:?}", t.elapsed());
    for w in program.warnings() {
        println!("warning {w}");
    }
    let t = std::time::Instant::now();
    let runs = match program.simulate(&Sampling::new(20000, 1)) {
        Ok(r) => r,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    println!("simulate {:?}", t.elapsed());
    let t = std::time::Instant::now();
    for row in plan::attainment(&model, &runs).unwrap() {
        if row.scenario == "baseline" {
            println!(
                "{:30} {:.3} [{:.3} {:.3}] {:?}",
                row.target,
                row.probability.value,
                row.probability.low,
                row.probability.high,
                row.headroom.map(|h| h[2])
            );
        }
    }
    println!("attainment {:?}", t.elapsed());
}
