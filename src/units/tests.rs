//! Units as people write them, and their algebra.

use super::{Difference, Unit, read};

#[test]
fn what_common_usage_writes_is_one_unit() {
    for group in [
        &[
            "CNY 100 million",
            "100 million CNY",
            "10^8 yuan",
            "亿元",
            "1e8 CNY",
            "100,000,000 yuan",
            "CNY 100 million (2020 prices)",
            "100 million yuan, constant 2015 prices",
            "hundred million RMB",
            "0.1 billion CNY",
            "亿元人民币",
            "10⁸ 元",
            "constant 2020 CNY 100 million",
        ][..],
        &["CNY 100 million per year", "亿元/年", "100 million yuan a year"],
        &[
            "USD m",
            "US$ million",
            "million US dollars",
            "$mn",
            "百万美元",
            "millions of USD",
            "USD (2015) million",
        ],
        &["EUR bn", "€ billion", "€bn", "billion euros", "十亿欧元"],
        &[
            "percent",
            "%",
            "per cent",
            "percent of GDP",
            "% of GDP",
            "％",
            "percentage points",
            "percent per year",
            "% p.a.",
            "百分点",
            "percent, year-on-year",
            "pct",
        ],
        &["share", "fraction", "probability", "share of the full programme"],
        &["persons", "people", "人", "inhabitants", "number of persons", "capita", "residents"],
        &["10 thousand persons", "10,000 persons", "万人", "10^4 people"],
        &["km2", "km²", "square kilometres", "sq km", "平方公里", "km^2", "square kilometers"],
        &["hectares", "ha", "公顷", "10,000 m2", "10^4 square metres"],
        &[
            "μg/m³",
            "µg/m3",
            "microgram per cubic metre",
            "微克/立方米",
            "micrograms per m^3",
            "ug/m3",
        ],
        &[
            "tce per 10,000 CNY",
            "吨标准煤/万元",
            "tce/10^4 yuan",
            "tonnes of coal equivalent per 10 thousand CNY",
            "tons of standard coal per 10,000 yuan",
            "tce / (10,000 CNY)",
        ],
        &[
            "CNY per person",
            "yuan per capita",
            "元/人",
            "CNY/person",
            "yuan per inhabitant per year",
        ],
        &["kWh per person", "千瓦时/人", "kWh/capita/yr"],
        &["thousand jobs", "1,000 jobs", "千jobs"],
        &["firms", "firms per year", "number of firms", "firm"],
        &["kg/(person year)", "kg per person per year", "kg/(person·year)"],
        &["2020 = 1", "2015=100", "index", "index, 2015 = 100", "上年=100", "指数"],
        &["log growth per year", "logit", "ratio", "log per log", "log growth per year, per year"],
        &["CNY 10 thousand", "万元", "10 thousand yuan"],
        &["tonnes", "t", "吨", "tons of steel", "metric tons"],
        &["10,000 households", "万户"],
    ] {
        let first = read(group[0]);
        for text in group {
            let other = read(text);
            assert_eq!(first.difference(&other), None, "{} {first:?}, {text} {other:?}", group[0]);
            assert_eq!(first.bases, other.bases, "{text}");
        }
    }
}

#[test]
fn what_differs_is_told_apart() {
    let kind = Some(Difference::Kind);
    for (a, b, difference) in [
        ("CNY", "CNY per person", kind),
        ("CNY 100 million", "persons", kind),
        ("CNY", "USD", kind),
        ("firms", "persons", kind),
        ("firms", "stations", kind),
        ("km2", "km", kind),
        ("percent", "CNY", kind),
        ("index", "share", kind),
        ("count", "share", kind),
        ("rank", "percent", kind),
        ("kWh", "kW", kind),
        ("亿元", "万人", kind),
        ("percent", "share", Some(Difference::Scale(0.01))),
        ("CNY 100 million", "CNY 10 thousand", Some(Difference::Scale(1e4))),
        ("万人", "人", Some(Difference::Scale(1e4))),
        ("tonnes", "kg", Some(Difference::Scale(1e3))),
        ("bn USD", "USD mn", Some(Difference::Scale(1e3))),
    ] {
        let found = read(a).difference(&read(b));
        let close = match (found, difference) {
            (Some(Difference::Scale(x)), Some(Difference::Scale(y))) => (x / y - 1.0).abs() < 1e-9,
            (found, wanted) => found == wanted,
        };
        assert!(close, "{a} and {b}: {found:?}");
    }
}

#[test]
fn units_multiply_divide_and_cancel() {
    let same = |a: Unit, b: &str| assert_eq!(a.difference(&read(b)), None, "{a:?} {b}");
    let (gdp, people) = (read("亿元"), read("万人"));
    same(gdp.over(&people), "万元/人");
    same(gdp.over(&people).times(&people), "亿元");
    same(read("km").to_the(2), "km2");
    same(read("km2").root(2).expect("a root"), "km");
    assert!(read("km").root(2).is_none());
    same(read("万吨标准煤").over(&gdp), "tce per 10,000 CNY");
    same(read("percent").times(&gdp).converted(), "亿元");
    assert_eq!(gdp.over(&gdp).difference(&read("percent")), Some(Difference::Scale(100.0)));
    assert!(read("2020 = 1").times(&gdp).difference(&gdp).is_none());
}

proptest::proptest! {
    /// Whatever is written is a unit, and the same one in the same letters.
    #[test]
    fn any_text_is_a_unit(text in "\\PC{0,40}") {
        let unit = read(&text);
        proptest::prop_assert_eq!(unit.difference(&read(&text)), None);
        let _ = unit.to_string();
        proptest::prop_assert!(unit.over(&unit).is_number());
    }
}
