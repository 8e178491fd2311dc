//! What people call the columns that are no series.

/// The one column of periods.
const PERIOD: [&str; 24] = [
    "period",
    "periods",
    "date",
    "dates",
    "datetime",
    "time",
    "obs",
    "observation",
    "observation_date",
    "time_period",
    "time period",
    "timeperiod",
    "ref_date",
    "reference period",
    "datum",
    "zeit",
    "zeitraum",
    "periode",
    "période",
    "fecha",
    "日期",
    "时间",
    "期间",
    "时期",
];
const YEAR: [&str; 14] = [
    "year", "years", "yr", "yyyy", "jahr", "année", "annee", "an", "año", "ano", "anno", "年份",
    "年", "年度",
];
const QUARTER: [&str; 12] = [
    "quarter",
    "quarters",
    "qtr",
    "q",
    "quartal",
    "trimestre",
    "trim",
    "kvartal",
    "kwartaal",
    "季度",
    "季",
    "quarter of year",
];
const MONTH: [&str; 10] =
    ["month", "months", "mon", "mth", "monat", "mois", "mes", "mese", "月份", "月"];
/// The column of values of a long table.
const VALUE: [&str; 13] = [
    "value",
    "values",
    "obs_value",
    "observation_value",
    "obs value",
    "val",
    "wert",
    "valeur",
    "valor",
    "数值",
    "值",
    "figure",
    "amount",
];
/// The column of names of a long table, the better ones first.
const NAME: [&str; 26] = [
    "indicator",
    "indicator code",
    "indicator_code",
    "series code",
    "series_code",
    "series_id",
    "series id",
    "series",
    "variable",
    "code",
    "mnemonic",
    "name",
    "indicator name",
    "indicator_name",
    "series name",
    "series_name",
    "item",
    "subject",
    "concept",
    "key",
    "reihe",
    "variable_name",
    "指标",
    "指标名称",
    "指标代码",
    "variable name",
];

/// What a column is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Period,
    Year,
    Quarter,
    Month,
    Value,
    /// With its rank: a code before a name.
    Name(usize),
}

/// Is it a column of fiscal years?
pub(super) fn is_fiscal(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ["fy", "fiscal year", "fiscal_year", "fiscalyear", "financial year", "财年", "财政年度"]
        .contains(&name.as_str())
}

/// Is it a column of remarks on values, of which a series may have any?
pub(super) fn is_remark(name: &str) -> bool {
    const REMARKS: [&str; 17] = [
        "source",
        "note",
        "footnote",
        "comment",
        "remark",
        "flag",
        "status",
        "quality",
        "decimals",
        "quelle",
        "anmerkung",
        "fuente",
        "nota",
        "来源",
        "备注",
        "说明",
        "注",
    ];
    let name = name.trim().to_lowercase();
    REMARKS.iter().any(|word| name.contains(word))
}

/// What a name says; most say nothing.
pub(super) fn role(name: &str) -> Option<Role> {
    let name = name.trim().to_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    if is(&PERIOD) {
        Some(Role::Period)
    } else if is(&YEAR) {
        Some(Role::Year)
    } else if is(&QUARTER) {
        Some(Role::Quarter)
    } else if is(&MONTH) {
        Some(Role::Month)
    } else if is(&VALUE) {
        Some(Role::Value)
    } else {
        NAME.iter().position(|known| *known == name).map(Role::Name)
    }
}
