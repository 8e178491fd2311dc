//! Writing a table of outturns.

use super::{Outturn, Outturns, Precision};

impl Outturns {
    /// The table in CSV, with the columns of [`from_csv`](Self::from_csv): what is read from it is
    /// the same table, but for the lines of its file.
    ///
    /// ```
    /// use tinbergen::outturns::Outturns;
    /// let table = "indicator,period,value,vintage,basis,sd,relative_sd,source\n\
    ///              gdp,2021,1120.5,2022-03-01,,,0.01,yearbook\n";
    /// let outturns = Outturns::from_csv(table.as_bytes(), "outturns.csv")?;
    /// assert_eq!(outturns.to_csv(), table);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn to_csv(&self) -> String {
        let mut text = String::from("indicator,period,value,vintage,basis,sd,relative_sd,source\n");
        for row in self.rows() {
            text.push_str(&line(row));
            text.push('\n');
        }
        text
    }
}

fn line(row: &Outturn) -> String {
    let (sd, relative) = match row.precision {
        Precision::Exact => (String::new(), String::new()),
        Precision::Sd(sd) => (sd.to_string(), String::new()),
        Precision::RelativeSd(share) => (String::new(), share.to_string()),
    };
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, quoted);
    [
        quoted(&row.indicator),
        row.period.to_string(),
        row.value.to_string(),
        row.vintage.to_string(),
        text(&row.basis),
        sd,
        relative,
        text(&row.source),
    ]
    .join(",")
}

/// A cell, in quotes where it must be.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Outturn, Outturns, Precision};

    fn precision() -> impl Strategy<Value = Precision> {
        prop_oneof![
            Just(Precision::Exact),
            (1e-300f64..1e300).prop_map(Precision::Sd),
            (1e-12f64..1.0).prop_map(Precision::RelativeSd),
        ]
    }

    prop_compose! {
        fn row(index: usize)(
            name in "[a-z\u{4e00}-\u{4e20}][a-z_]{0,5}",
            value in prop::num::f64::NORMAL,
            precision in precision(),
            basis in prop::option::of("[a-z,\"]{1,8}"),
            source in prop::option::of("[a-z,\"'; \n\u{4e00}-\u{4e20}]{0,9}[a-z]"),
        ) -> Outturn {
            let period = "2021".parse().expect("a period");
            let vintage = format!("2{index:03}-03-01").parse().expect("a day");
            let row = Outturn::new(format!("{name}{index}"), period, value, vintage);
            let source = source.map(|text| text.trim().to_owned());
            let row = Outturn { basis, source, ..row };
            row.with_precision(precision)
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_to_the_bit(rows in (22..40_usize).prop_flat_map(|n| {
            (22..=n).map(row).collect::<Vec<_>>()
        })) {
            let outturns = Outturns::new(rows).expect("rows that can be");
            let read = Outturns::from_csv(outturns.to_csv().as_bytes(), "written").expect("it reads");
            let plain = |row: &Outturn| Outturn { line: None, ..row.clone() };
            let read: Vec<_> = read.rows().iter().map(plain).collect();
            prop_assert_eq!(read, outturns.rows());
        }
    }
}
