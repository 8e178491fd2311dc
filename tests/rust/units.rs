//! Units of measurement in whole plans: what cannot be meant is a finding with its line, and nothing
//! else is.

use proptest::prelude::*;
use tinbergen::Model;
use tinbergen::units::read;

/// What is said of units in a plan: address and message.
fn said(plan: &str) -> Vec<String> {
    let model = Model::from_toml(plan).unwrap_or_else(|error| panic!("{error}\n{plan}"));
    let program = model.compile().unwrap_or_else(|error| panic!("{error}\n{plan}"));
    let warnings = program.warnings().iter();
    let of_units = warnings.filter(|warning| {
        let message = &warning.message;
        !message.contains("uses this") && !message.contains("prices")
    });
    of_units
        .map(|warning| format!("{:?} {}: {}", warning.line, warning.address, warning.message))
        .collect()
}

const HEAD: &str = r#"
schema = 1
name = "units"
periods = "2021..2022"
[indicators.gdp]
unit = "CNY 100 million"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.rent]
unit = "CNY 10 thousand"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.pop]
unit = "10 thousand persons"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.firms]
unit = "firms"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.rate]
unit = "percent"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.part]
unit = "share"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.cpi]
unit = "2020 = 100"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.energy]
unit = "万吨标准煤"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.pollution]
unit = "μg/m³"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.area]
unit = "km2"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[indicators.plain]
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
[parameters]
free = 2
[parameters.fx]
value = 7
unit = "CNY per USD"
[indicators.trade]
unit = "USD 100 million"
history = { 2020 = 1, 2021 = 1, 2022 = 1 }
"#;

fn of_equation(unit: &str, right: &str, sign: &str) -> Vec<String> {
    let shock = if sign == "~" { "[shocks.z]\nnormal = { sd = 1 }\n" } else { "" };
    said(&format!(
        "{HEAD}[indicators.z]\n{unit}\nequation = 'z {sign} {right}'\nhistory = {{ 2020 = 1 }}\n{shock}"
    ))
}

#[test]
fn what_cannot_be_meant_is_found() {
    for (unit, right, part) in [
        ("", "gdp + pop", "gdp is in \"CNY 100 million\", pop in \"10 thousand persons\""),
        ("", "gdp - firms", "firms in \"firms\""),
        ("", "if(gdp > pop, 1, 0)", "gdp > pop"),
        ("", "max(gdp, rate)", "rate in \"percent\""),
        ("", "if(period > 2021, gdp, firms)", "firms in \"firms\""),
        ("", "cpi - part", "cpi is in \"2020 = 100\", part in \"share\""),
        ("", "gdp + rent", "one of gdp is 10,000 of rent"),
        ("", "rate + part", "one of part is 100 of rate"),
        ("", "gdp / pop - gdp", "gdp / pop is in 10 thousand CNY per person"),
        ("", "1 + movsum(gdp, 2) + lag(pop, 1)", "lag(pop, 1)"),
        ("", "gdp + fx * gdp", "CNY^2 per USD"),
        ("unit = \"CNY\"", "gdp * 1e8 / (pop * 1e4)", "z is in \"CNY\""),
        ("unit = \"percent\"", "rent / pop", "z is in \"percent\""),
        ("unit = \"percent\"", "rent / gdp", "one of"),
        ("unit = \"ratio\"", "trade / gdp", "CNY"),
        ("unit = \"CNY 100 million\"", "rate * gdp", "one of"),
        ("unit = \"percent\"", "growth(gdp)", "one of growth(gdp) is 100 of z"),
        ("unit = \"km\"", "area", "area in \"km2\""),
        ("unit = \"tce per CNY\"", "energy / pop", "per person"),
        ("unit = \"persons\"", "2 * gdp", "z is in \"persons\""),
    ] {
        let found = of_equation(unit, right, "=");
        assert!(found.len() == 1 && found[0].contains(part), "{unit} z = {right}: {found:?}");
        assert!(
            found[0].contains("indicators.z.equation") && found[0].contains("Some("),
            "{found:?}"
        );
    }
    let found = of_equation("", "gdp + pop", "~");
    assert!(found.len() == 1, "{found:?}");
}

#[test]
fn what_may_be_meant_is_not_found() {
    for (unit, right) in [
        ("", "gdp + rent / 1e4"),
        ("", "gdp + plain"),
        ("", "gdp + free * pop"),
        ("", "gdp + 10"),
        ("", "(gdp > 10) * 3 + pop"),
        ("unit = \"CNY per person\"", "gdp * 1e8 / (pop * 1e4)"),
        ("unit = \"10 thousand CNY per person\"", "gdp / pop"),
        ("unit = \"percent\"", "100 * rent / gdp"),
        ("unit = \"percent\"", "100 * growth(gdp)"),
        ("unit = \"percent per year\"", "(gdp / gdp[-1] - 1) * 100"),
        ("unit = \"CNY 100 million\"", "rate / 100 * gdp"),
        ("unit = \"CNY 100 million\"", "part * gdp"),
        ("unit = \"CNY 100 million per year\"", "gdp / cpi * 100"),
        ("unit = \"CNY 100 million\"", "trade * fx"),
        ("unit = \"CNY 100 million\"", "z[-1] + gdp"),
        ("unit = \"persons per km2\"", "pop * 1e4 / area"),
        ("unit = \"吨标准煤/万元\"", "energy / gdp"),
        ("unit = \"CNY 100 million\"", "exp(0.5 * log(gdp) + 0.5 * log(pop))"),
        ("unit = \"CNY 100 million\"", "gdp ^ 0.7 * pop ^ 0.3 * free"),
        ("unit = \"share\"", "expit(rate)"),
        ("unit = \"microgram per cubic metre\"", "min(pollution, 50)"),
        ("unit = \"index\"", "cpi / cpi[-1]"),
        ("unit = \"km\"", "sqrt(area)"),
        ("unit = \"firms\"", "firms + diff(firms)"),
        ("unit = \"log CNY\"", "log(gdp) - log(pop)"),
    ] {
        assert_eq!(of_equation(unit, right, "="), Vec::<String>::new(), "{unit} z = {right}");
    }
    for right in
        ["0.5 * gdp - 20 * rate + 3 * pop", "gdp - 10 * firms", "z[-1] + 0.1 * (gdp - z[-1])"]
    {
        assert_eq!(
            of_equation("unit = \"CNY 100 million\"", right, "~"),
            Vec::<String>::new(),
            "{right}"
        );
    }
}

#[test]
fn targets_are_looked_at_too() {
    let target =
        |rest: &str| said(&format!("{HEAD}[[targets]]\nid = \"t\"\nperiod = 2022\n{rest}\n"));
    for (rest, key, part) in [
        (
            "indicator = \"gdp\"\nat_least = { indicator = \"pop\" }",
            "targets[0].at_least",
            "gdp is held against pop",
        ),
        (
            "indicator = \"gdp\"\nof = \"change\"\nat_most = { indicator = \"firms\" }",
            "targets[0].at_most",
            "firms",
        ),
        (
            "indicator = \"gdp\"\nat_least = { indicator = \"rent\" }",
            "targets[0].at_least",
            "10,000",
        ),
        (
            "indicator = \"gdp\"\nat_least = { indicator = \"pop\", of = \"growth\" }",
            "targets[0].at_least",
            "number",
        ),
        ("equation = \"gdp + pop\"\nat_least = 1", "targets[0].equation", "gdp + pop"),
        (
            "equation = \"gdp / pop\"\nunit = \"percent\"\nat_least = 1",
            "targets[0].unit",
            "percent",
        ),
    ] {
        let found = target(rest);
        assert!(
            found.len() == 1 && found[0].contains(key) && found[0].contains(part),
            "{rest}: {found:?}"
        );
    }
    for rest in [
        "indicator = \"gdp\"\nof = \"growth\"\nat_least = { indicator = \"pop\" }",
        "indicator = \"gdp\"\nat_least = { indicator = \"rent\", times = 1e-4 }",
        "indicator = \"gdp\"\nat_least = { indicator = \"plain\" }",
        "equation = \"100 * rent / gdp\"\nunit = \"percent\"\nat_least = 1",
        "indicator = \"gdp\"\nat_least = 3",
    ] {
        assert_eq!(target(rest), Vec::<String>::new(), "{rest}");
    }
}

#[test]
fn what_ships_has_no_finding_of_units() {
    let plan =
        std::fs::read_to_string(crate::root().join("plans/yuecheng.toml")).expect("the plan");
    assert_eq!(said(&plan), Vec::<String>::new());
    // They mean something: what is wrong there would be seen.
    let wrong = plan
        .replace("gdp_per_capita = gdp * 1e8 / (population * 1e3)", "gdp_per_capita = gdp * 1e8");
    assert!(said(&wrong).iter().any(|found| found.contains("per person")), "{:?}", said(&wrong));
    let wrong =
        plan.replace("rd_expenditure = rd_share / 100 * gdp", "rd_expenditure = rd_share * gdp");
    assert!(said(&wrong).iter().any(|found| found.contains("one of")), "{:?}", said(&wrong));
}

const BASES: [&str; 8] = ["CNY", "USD", "persons", "firms", "km", "tonnes", "kWh", "new stations"];

proptest! {
    /// The algebra against exponents that are counted apart.
    #[test]
    fn products_and_ratios_count_exponents(
        a in prop::collection::vec((0..8usize, -2..3i32), 0..4),
        b in prop::collection::vec((0..8usize, -2..3i32), 0..4),
        sizes in (0..3usize, 0..3usize),
    ) {
        const SIZES: [(&str, f64); 3] = [("", 1.0), ("thousand ", 1e3), ("100 million ", 1e8)];
        let unit = |parts: &[(usize, i32)], size: usize| {
            parts.iter().enumerate().fold(read("ratio"), |unit, (k, &(base, power))| {
                let size = if k == 0 { SIZES[size].0 } else { "" };
                unit.times(&read(&format!("{size}{}", BASES[base])).to_the(power))
            })
        };
        let count = |parts: &[(usize, i32)], sign: i32, into: &mut [i32; 8]| {
            parts.iter().for_each(|&(base, power)| into[base] += sign * power);
        };
        let (ua, ub) = (unit(&a, sizes.0), unit(&b, sizes.1));
        for (sign, together) in [(1, ua.times(&ub)), (-1, ua.over(&ub))] {
            let mut exponents = [0; 8];
            count(&a, 1, &mut exponents);
            count(&b, sign, &mut exponents);
            let expected = exponents.iter().enumerate().fold(read("ratio"), |unit, (k, &power)| {
                unit.times(&read(BASES[k]).to_the(power))
            });
            let scale = |parts: &[(usize, i32)], size: usize| {
                parts.first().map_or(1.0, |(_, power)| SIZES[size].1.powi(*power))
            };
            let scale = scale(&a, sizes.0) * scale(&b, sizes.1).powi(sign);
            match together.difference(&expected) {
                None => prop_assert!((scale - 1.0).abs() < 1e-6, "{a:?} {b:?} {sizes:?}"),
                Some(tinbergen::units::Difference::Scale(found)) => {
                    prop_assert!((found / scale - 1.0).abs() < 1e-6, "{found} {scale}");
                }
                Some(other) => prop_assert!(false, "{other:?} {together} {expected}"),
            }
        }
    }
}
