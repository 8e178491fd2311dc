//! Tables of data in every form people have them in: the same table must give the same data.

use encoding_rs::{GB18030, WINDOWS_1252};
use indexmap::IndexMap;
use proptest::prelude::*;
use tinbergen::period::{Frequency, Period};
use tinbergen::table::{Cell, Reading, Table};

/// A writer of its own: it knows nothing of the reader, and works on digits.
#[derive(Debug, Clone)]
struct Written {
    frequency: Frequency,
    first: i32,
    names: Vec<String>,
    /// By series and period: hundredths, or nothing.
    values: Vec<Vec<Option<i64>>>,
}

#[derive(Debug, Clone, Copy)]
struct Style {
    layout: usize,
    separator: char,
    decimal: char,
    group: Option<char>,
    periods: usize,
    missing: &'static str,
    encoding: usize,
    line_end: &'static str,
}

impl Written {
    fn periods(&self) -> Vec<(i32, i32)> {
        let parts = self.frequency.per_year();
        (0..self.values[0].len() as i32)
            .map(|k| ((self.first + k).div_euclid(parts), (self.first + k).rem_euclid(parts) + 1))
            .collect()
    }

    fn period(&self, (year, part): (i32, i32), style: usize) -> String {
        const SHORT: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
        let at = part as usize - 1;
        match self.frequency {
            Frequency::Annual => match style % 5 {
                0 => format!("{year}"),
                1 => format!("{year}.0"),
                2 => format!("{year}-12-31"),
                3 => format!("{year}-01-01T00:00:00"),
                _ => format!("31.12.{year}"),
            },
            Frequency::Quarterly => match style % 10 {
                0 => format!("{year}-Q{part}"),
                1 => format!("{year}Q{part}"),
                2 => format!("Q{part} {year}"),
                3 => format!("{year} Q{part}"),
                4 => format!("{year}:{part}"),
                5 => format!("{part}Q{year}"),
                6 => format!("{year}-{:02}-01", at * 3 + 1),
                7 => format!("{year}-{:02}-{}", at * 3 + 3, [31, 30, 30, 31][at]),
                8 => format!("{year}-{}", ROMAN[at]),
                _ => format!("{year}\u{5e74}{part}\u{5b63}\u{5ea6}"),
            },
            Frequency::Monthly => match style % 8 {
                0 => format!("{year}-{part:02}"),
                1 => format!("{year}M{part}"),
                2 => format!("{} {year}", SHORT[at]),
                3 => format!("{year}-{part:02}-01"),
                4 => format!("{year}{part:02}01"),
                5 => format!("{part:02}/{year}"),
                6 => format!("{year}:{part}"),
                _ => format!("{year}\u{5e74}{part}\u{6708}"),
            },
        }
    }

    fn number(hundredths: Option<i64>, style: Style) -> String {
        let Some(hundredths) = hundredths else { return style.missing.to_owned() };
        let digits = (hundredths.abs() / 100).to_string();
        let mut whole = String::new();
        for (k, digit) in digits.chars().enumerate() {
            if k > 0 && (digits.len() - k) % 3 == 0 {
                whole.extend(style.group);
            }
            whole.push(digit);
        }
        let sign = if hundredths < 0 { "-" } else { "" };
        format!("{sign}{whole}{}{:02}", style.decimal, hundredths.abs() % 100)
    }

    fn rows(&self, style: Style) -> Vec<Vec<String>> {
        let periods = self.periods();
        let text = |at: usize| self.period(periods[at], style.periods);
        let number = |series: usize, at: usize| Self::number(self.values[series][at], style);
        let parts = match self.frequency {
            Frequency::Annual => None,
            Frequency::Quarterly => Some("quarter"),
            Frequency::Monthly => Some("month"),
        };
        let own = |s: &str| s.to_owned();
        let all = 0..self.names.len();
        match (style.layout, parts) {
            (1, _) => {
                let mut rows = vec![vec![own("date"), own("variable"), own("value")]];
                for at in 0..periods.len() {
                    let row = |k: usize| vec![text(at), self.names[k].clone(), number(k, at)];
                    rows.extend(all.clone().map(row));
                }
                rows
            }
            (2, _) => {
                let mut header = vec![own("indicator")];
                header.extend((0..periods.len()).map(text));
                let row = |k: usize| {
                    let mut row = vec![self.names[k].clone()];
                    row.extend((0..periods.len()).map(|at| number(k, at)));
                    row
                };
                std::iter::once(header).chain(all.map(row)).collect()
            }
            (3, Some(part)) => {
                let mut rows = vec![[vec![own("Year"), own(part)], self.names.clone()].concat()];
                for (at, (year, part)) in periods.iter().enumerate() {
                    let mut row = vec![year.to_string(), part.to_string()];
                    row.extend(all.clone().map(|k| number(k, at)));
                    rows.push(row);
                }
                rows
            }
            _ => {
                let mut rows = vec![[vec![own("")], self.names.clone()].concat()];
                for at in 0..periods.len() {
                    let mut row = vec![text(at)];
                    row.extend(all.clone().map(|k| number(k, at)));
                    rows.push(row);
                }
                rows
            }
        }
    }

    fn bytes(&self, style: Style) -> Vec<u8> {
        let quoted = |cell: &String| {
            if cell.contains([style.separator, '"']) { format!("\"{cell}\"") } else { cell.clone() }
        };
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().map(quoted).collect();
            cells.join(&style.separator.to_string()) + style.line_end
        };
        let text: String = self.rows(style).iter().map(line).collect();
        let wide = |bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
            let units = text.encode_utf16().flat_map(bytes);
            mark.iter().copied().chain(units).collect()
        };
        match style.encoding {
            1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            2 => wide(u16::to_le_bytes, b"\xff\xfe"),
            3 => wide(u16::to_be_bytes, b"\xfe\xff"),
            4 => wide(u16::to_le_bytes, b""),
            // Chinese files have no such space.
            5 if !text.contains('\u{a0}') => GB18030.encode(&text).0.into_owned(),
            6 if text.chars().all(|c| u32::from(c) < 256) => {
                WINDOWS_1252.encode(&text).0.into_owned()
            }
            _ => text.into_bytes(),
        }
    }

    fn expected(&self) -> IndexMap<String, Vec<(Period, f64)>> {
        let of = |values: &Vec<Option<i64>>| {
            let periods = (self.first..).map(|k| Period::from_ordinal(self.frequency, k));
            let known = periods.zip(values).filter_map(|(p, v)| Some((p, (*v)? as f64 / 100.0)));
            known.collect()
        };
        self.names.iter().cloned().zip(self.values.iter().map(of)).collect()
    }
}

fn written() -> impl Strategy<Value = Written> {
    let frequency =
        prop_oneof![Just(Frequency::Annual), Just(Frequency::Quarterly), Just(Frequency::Monthly)];
    let value = prop_oneof![
        9 => (-99_999_999..99_999_999i64).prop_map(Some),
        2 => (-9_999..9_999i64).prop_map(Some),
        2 => Just(None)
    ];
    (frequency, 1950..2030i32, 0..12i32, 1..5usize, 6..30usize).prop_flat_map(
        move |(frequency, year, part, series, length)| {
            let first = year * frequency.per_year() + part % frequency.per_year();
            let values =
                prop::collection::vec(prop::collection::vec(value.clone(), length), series);
            values.prop_map(move |mut values| {
                // Something is known in every period, and of every series.
                values[0].iter_mut().for_each(|v| *v = v.or(Some(1_234_567)));
                values.iter_mut().for_each(|v| v[1] = v[1].or(Some(-50)));
                let names = ["GDP", "Exporte \u{fc}ber See", "\u{5c31}\u{4e1a}", "cpi_all", "x y"]
                    .into_iter();
                let names = names.take(series).map(str::to_owned).collect();
                Written { frequency, first, names, values }
            })
        },
    )
}

fn style() -> impl Strategy<Value = Style> {
    let separator = prop::sample::select(vec![',', ';', '\t', '|']);
    let marks = prop::sample::select(vec![
        ('.', None),
        (',', None),
        ('.', Some(',')),
        (',', Some('.')),
        (',', Some(' ')),
        (',', Some('\u{a0}')),
        ('.', Some('\'')),
    ]);
    let missing = prop::sample::select(vec![
        "", ".", "..", "NA", "NaN", "n/a", "-", "#N/A", "\u{2026}", "null",
    ]);
    let line_end = prop::sample::select(vec!["\n", "\r\n"]);
    (0..4usize, separator, marks, 0..40usize, missing, 0..7usize, line_end).prop_map(
        |(layout, separator, (decimal, group), periods, missing, encoding, line_end)| Style {
            layout,
            separator,
            decimal,
            group,
            periods,
            missing,
            encoding,
            line_end,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_same_table_in_every_form_gives_the_same_data(table in written(), style in style()) {
        let bytes = table.bytes(style);
        let read = Table::from_bytes(&bytes, "t.csv", &Reading::default());
        let series = read.and_then(|read| read.series());
        let series = series.unwrap_or_else(|error| {
            panic!("{error}\n{}", String::from_utf8_lossy(&bytes))
        });
        let found: IndexMap<String, Vec<(Period, f64)>> = series
            .series()
            .iter()
            .map(|(name, found)| (name.clone(), found.iter().map(|o| (o.period, o.value)).collect()))
            .collect();
        prop_assert_eq!(found, table.expected());
    }

    #[test]
    fn a_frame_gives_the_same_data_as_its_text(table in written(), layout in 0..4usize, periods in 0..40usize) {
        let style = Style {
            layout, separator: ',', decimal: '.', group: None, periods, missing: "", encoding: 0, line_end: "\n",
        };
        let rows = table.rows(style);
        let cell = |text: &String| match text.parse::<f64>() {
            Ok(number) => Cell::number(number),
            Err(_) => Cell::text(text),
        };
        let columns = (0..rows[0].len()).map(|k| {
            let header = Cell::text(&rows[0][k]);
            let name = if header.is_missing() { String::new() } else { rows[0][k].clone() };
            (name, rows[1..].iter().map(|row| cell(&row[k])).collect())
        });
        let frame = Table::from_columns(columns.collect(), "frame").expect("columns of one length");
        let series = frame.series().unwrap_or_else(|error| panic!("{error}\n{rows:?}"));
        let found: IndexMap<String, Vec<(Period, f64)>> = series
            .series()
            .iter()
            .map(|(name, found)| (name.clone(), found.iter().map(|o| (o.period, o.value)).collect()))
            .collect();
        prop_assert_eq!(found, table.expected());
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[0-9,;.\\-Q \n\"x年]{0,80}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            if let Ok(table) = Table::from_bytes(bytes, "t", &Reading::default()) {
                let _ = table.series();
            }
        }
    }
}
