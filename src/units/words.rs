//! The words of units.

/// A number without a base unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// A part of a whole, also in percent.
    Share,
    /// Relative to a base: 2020 = 1.
    Index,
    /// How many there are of something.
    Count,
    /// A place in an order.
    Rank,
}

/// What a word of a unit means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Word {
    /// A base unit, some of it.
    Base(&'static str, f64),
    /// Money, which a size may follow as a letter: `USD m`.
    Money(&'static str),
    /// A size: thousand.
    Size(f64),
    /// A number without a base unit.
    Number(f64, Option<Number>),
    /// Time, which is not looked at.
    Time,
    /// Says more about what stands beside it.
    Nothing,
}

use Word::{Base, Money, Nothing, Size, Time};

const SHARE: Option<Number> = Some(Number::Share);

/// A word in lower case; of English ones the plural is tried too ([`singular`]).
pub(super) fn word(word: &str) -> Option<Word> {
    number(word).or_else(|| base(word)).or_else(|| qualifier(word))
}

/// Sizes, numbers without a base unit, time.
fn number(word: &str) -> Option<Word> {
    Some(match word {
        // Sizes.
        "hundred" | "百" => Size(1e2),
        "thousand" | "thousands" | "thsd" | "ths" | "tsd" | "千" => Size(1e3),
        "万" | "萬" | "wan" => Size(1e4),
        "lakh" | "lac" => Size(1e5),
        "million" | "millions" | "mln" | "mn" | "mio" | "mill" | "百万" => Size(1e6),
        "crore" | "千万" => Size(1e7),
        "亿" | "億" | "yi" => Size(1e8),
        "billion" | "billions" | "bn" | "bln" | "mrd" | "milliard" | "十亿" => Size(1e9),
        "trillion" | "trillions" | "tn" | "trn" | "万亿" | "兆" => Size(1e12),
        "dozen" => Size(12.0),
        // Numbers.
        "percent" | "per cent" | "percentage" | "pct" | "%" | "percent point"
        | "percentage point" | "pp" | "ppt" | "百分比" | "百分点" | "％" | "个百分点" => {
            Word::Number(0.01, SHARE)
        }
        "per mille" | "permille" | "‰" | "千分比" => Word::Number(1e-3, SHARE),
        "basis point" | "bp" | "bps" | "基点" => Word::Number(1e-4, SHARE),
        "ppm" => Word::Number(1e-6, SHARE),
        "share" | "fraction" | "proportion" | "probability" | "比重" | "占比" | "份额" | "概率" => {
            Word::Number(1.0, SHARE)
        }
        "ratio" | "rate" | "growth" | "log" | "logit" | "log growth" | "logarithm"
        | "log point" | "elasticity" | "number" | "dimensionless" | "none" | "times"
        | "multiple" | "factor" | "unit" | "one" | "coefficient" | "比" | "比率" | "比例"
        | "倍" | "系数" | "增速" | "增长率" | "-" => Word::Number(1.0, None),
        "index" | "indices" | "index number" | "index point" | "指数" => {
            Word::Number(f64::NAN, Some(Number::Index))
        }
        "point" | "score" | "分" => Word::Number(f64::NAN, None),
        "count" | "个数" | "数量" => Word::Number(1.0, Some(Number::Count)),
        "rank" | "place" | "位" | "名次" | "排名" | "位次" => {
            Word::Number(1.0, Some(Number::Rank))
        }
        // Time.
        "year" | "yr" | "annum" | "annual" | "annually" | "yearly" | "a" | "p.a." | "pa"
        | "quarter" | "qtr" | "quarterly" | "month" | "monthly" | "mo" | "week" | "day"
        | "hour" | "hr" | "h" | "minute" | "second" | "s" | "period" | "decade" | "年" | "季"
        | "季度" | "月" | "周" | "日" | "天" | "小时" | "岁" => Time,
        _ => return None,
    })
}

/// People, money, what is measured.
fn base(word: &str) -> Option<Word> {
    Some(match word {
        // People.
        "person" | "people" | "persons" | "capita" | "inhabitant" | "resident" | "head"
        | "population" | "人" | "人口" | "人均" | "人次" | "employee" | "worker" | "人员" => {
            Base("person", 1.0)
        }
        "household" | "户" | "家庭" => Base("household", 1.0),
        // Money.
        "cny" | "rmb" | "yuan" | "renminbi" | "元" | "人民币" | "人民币元" | "cn¥" | "¥" | "￥"
        | "元人民币" => Money("CNY"),
        "usd" | "us$" | "$" | "dollar" | "us dollar" | "美元" | "u.s. dollar" => Money("USD"),
        "eur" | "euro" | "€" | "欧元" => Money("EUR"),
        "gbp" | "£" | "pound sterling" | "sterling" | "英镑" => Money("GBP"),
        "jpy" | "yen" | "円" | "日元" => Money("JPY"),
        "inr" | "rupee" | "₹" => Money("INR"),
        "chf" => Money("CHF"),
        "hkd" | "hk$" | "港元" => Money("HKD"),
        "krw" | "won" => Money("KRW"),
        "brl" => Money("BRL"),
        "rub" | "rouble" | "ruble" => Money("RUB"),
        "zar" | "rand" => Money("ZAR"),
        "aud" => Money("AUD"),
        "cad" => Money("CAD"),
        // Length, area, volume.
        "m" | "metre" | "meter" | "米" => Base("metre", 1.0),
        "km" | "kilometre" | "kilometer" | "公里" | "千米" => Base("metre", 1e3),
        "cm" | "centimetre" | "centimeter" | "厘米" => Base("metre", 1e-2),
        "mm" | "millimetre" | "millimeter" | "毫米" => Base("metre", 1e-3),
        "mile" => Base("metre", 1_609.344),
        "hectare" | "ha" | "公顷" => Base("metre^2", 1e4),
        "mu" | "亩" => Base("metre^2", 1e4 / 15.0),
        "acre" => Base("metre^2", 4_046.856_422_4),
        "sqm" | "平方米" | "㎡" | "平米" => Base("metre^2", 1.0),
        "sqkm" | "平方公里" | "平方千米" => Base("metre^2", 1e6),
        "cbm" | "立方米" | "方" => Base("metre^3", 1.0),
        "litre" | "liter" | "l" | "升" => Base("metre^3", 1e-3),
        "barrel" | "bbl" | "桶" => Base("metre^3", 0.158_987_294_928),
        // Mass.
        "t" | "tonne" | "ton" | "吨" | "公吨" => Base("gram", 1e6),
        "kt" | "kilotonne" => Base("gram", 1e9),
        "gt" | "gigatonne" => Base("gram", 1e15),
        // Million tonnes, or metric tons.
        "mt" => Base("gram", f64::NAN),
        "megatonne" => Base("gram", 1e12),
        "kg" | "kilogram" | "kilo" | "公斤" | "千克" => Base("gram", 1e3),
        "g" | "gram" | "gramme" | "克" => Base("gram", 1.0),
        "mg" | "milligram" | "毫克" => Base("gram", 1e-3),
        "μg" | "µg" | "ug" | "microgram" | "微克" => Base("gram", 1e-6),
        "斤" => Base("gram", 500.0),
        // Energy and power: coal equivalent is energy, so that a number may convert it.
        "j" | "joule" | "焦" | "焦耳" => Base("joule", 1.0),
        "kj" => Base("joule", 1e3),
        "mj" => Base("joule", 1e6),
        "gj" => Base("joule", 1e9),
        "tj" => Base("joule", 1e12),
        "pj" => Base("joule", 1e15),
        "ej" => Base("joule", 1e18),
        "kwh" | "千瓦时" | "度" => Base("joule", 3.6e6),
        "mwh" | "兆瓦时" => Base("joule", 3.6e9),
        "gwh" => Base("joule", 3.6e12),
        "twh" => Base("joule", 3.6e15),
        "tce" | "sce" | "吨标准煤" | "吨标煤" => Base("joule", 29.307_6e9),
        "kgce" | "千克标准煤" => Base("joule", 29.307_6e6),
        "gce" | "克标准煤" => Base("joule", 29.307_6e3),
        "mtce" => Base("joule", 29.307_6e15),
        "toe" => Base("joule", 41.868e9),
        "ktoe" => Base("joule", 41.868e12),
        "mtoe" => Base("joule", 41.868e15),
        "btu" => Base("joule", 1_055.06),
        "w" | "watt" | "瓦" => Base("watt", 1.0),
        "kw" | "千瓦" => Base("watt", 1e3),
        "mw" | "兆瓦" => Base("watt", 1e6),
        "gw" => Base("watt", 1e9),
        "celsius" | "°c" | "℃" | "degree" => Base("degree", 1.0),
        _ => return None,
    })
}

/// What says more about something.
fn qualifier(word: &str) -> Option<Word> {
    Some(match word {
        "个" | "件" | "项" | "no." | "no" | "of" | "in" | "at" | "the" | "and" | "on" | "over"
        | "yoy" | "qoq" | "mom" | "for" | "to" | "from" | "constant" | "current" | "real"
        | "nominal" | "price" | "chained" | "volume" | "terms" | "equivalent" | "standard"
        | "coal" | "oil" | "ppp" | "new" | "total" | "average" | "mean" | "annualised"
        | "annualized" | "rated" | "net" | "gross" | "saar" | "sa" | "nsa" | "value" | "amount"
        | "co2" | "co2e" | "carbon" | "dioxide" | "seasonally" | "adjusted" | "full-time"
        | "fte" => Nothing,
        _ => return None,
    })
}

/// A letter behind money.
pub(super) fn letter(word: &str) -> Option<f64> {
    Some(match word {
        "k" => 1e3,
        "m" => 1e6,
        "b" => 1e9,
        "t" => 1e12,
        _ => return None,
    })
}

/// An English word without the ending of the plural.
pub(super) fn singular(word: &str) -> Option<String> {
    let plain = word.is_ascii() && word.len() > 3;
    let stem = word.strip_suffix('s').filter(|_| plain)?;
    if stem.ends_with(['s', 'u', 'i']) {
        return None;
    }
    if let Some(stem) = stem.strip_suffix("ie") {
        return Some(format!("{stem}y"));
    }
    let sibilant = ["che", "she", "xe", "sse"].iter().any(|end| stem.ends_with(end));
    Some(if sibilant { stem[..stem.len() - 1].to_owned() } else { stem.to_owned() })
}

/// A size as a person writes it: `100 million`, `0.01`, `10^-12`.
pub(super) fn size(scale: f64) -> String {
    for (word, size) in [("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3)]
    {
        if scale >= size && scale < size * 1e3 {
            let count = (scale / size * 1e6).round() / 1e6;
            return if (count - 1.0).abs() < 1e-9 {
                word.to_owned()
            } else {
                format!("{count} {word}")
            };
        }
    }
    if (1e-6..1e3).contains(&scale) { format!("{scale}") } else { format!("{scale:e}") }
}
