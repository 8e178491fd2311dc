//! Tables that may be read in two ways or in none: what is refused, with which words, and what is said of what was read.

use encoding_rs::GB18030;
use tinbergen::Error;
use tinbergen::table::{Cell, Reading, Series, Table};

fn read(text: &str) -> Result<Series, Error> {
    Table::from_bytes(text.as_bytes(), "t.csv", &Reading::default())?.series()
}

fn notes(text: &str) -> Vec<String> {
    let series = read(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    series.notes().iter().map(|note| note.message.clone()).collect()
}

/// Name, period and value, as text.
fn values(text: &str) -> Vec<String> {
    let series = read(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let of = |(name, found): (&String, &Vec<tinbergen::table::Observation>)| {
        found.iter().map(|o| format!("{name} {} {}", o.period, o.value)).collect::<Vec<_>>()
    };
    series.series().iter().flat_map(of).collect()
}

fn refused(text: &str) -> String {
    match read(text) {
        Ok(series) => panic!("{text}\nis read as {series:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_comes_twice_is_refused_with_both_places() {
    assert_eq!(
        refused("year,x\n2020,1\n2021,100\n2021,999\n"),
        "t.csv:4: 2021 stands in line 3 and in line 4: leave one out, or call the column of its quarters or \
         months \"quarter\" or \"month\""
    );
    assert_eq!(
        refused("year,x,X\n2020,1,2\n"),
        "t.csv:1: X: columns 2 and 3 are both called \"X\" (names do not differ by case): leave one out or rename it"
    );
    assert_eq!(
        refused("date,variable,value\n2020,x,1\n2020,y,1\n2020,X,2\n"),
        "t.csv:4: X in 2020 stands in line 2 and in line 4: leave one out"
    );
    assert_eq!(
        refused("indicator,2020,2020,2021\nx,1,2,3\n"),
        "t.csv:1: columns 2 and 3 are both 2020: leave one out"
    );
    assert_eq!(
        refused("indicator,2020,2021\nx,1,2\ny,1,2\nx,3,4\n"),
        "t.csv:4: \"x\" stands in line 2 and in line 4: leave one out"
    );
}

#[test]
fn what_may_be_read_in_two_ways_is_refused_with_what_to_do() {
    assert_eq!(
        refused("date,x\n03/04/2021,1\n04/04/2021,2\n"),
        "t.csv:2: \"03/04/2021\" may begin with the day or with the month, and no other date of the column \
         tells; write dates as year-month-day"
    );
    assert_eq!(
        refused("date,x\n13/04/2021,1\n04/13/2021,2\n"),
        "t.csv:3: \"13/04/2021\" has the day first and \"04/13/2021\" the month; write dates as year-month-day"
    );
    assert_eq!(
        refused("year;x\n2020;1.234\n2021;5.678\n"),
        "t.csv: \"1.234\" and numbers like it may be 1234 or 1.234: say the decimal sign (decimal=\".\" or \
         decimal=\",\"), or write numbers without marks between thousands"
    );
    assert_eq!(
        refused("year;x\n2020;1.5\n2021;2,5\n"),
        "t.csv: numbers are written in two ways, \"1.5\" and \"2,5\"; write all with one decimal sign, or say \
         which it is (decimal=\",\")"
    );
    assert!(refused("obs,x\n2020:1,1\n2020:2,2\n").contains("may be a quarter or a month"));
    // The rest of the table tells.
    assert_eq!(values("date,x\n31/03/2021,1\n03/04/2021,2\n"), ["x 2021-03 1", "x 2021-04 2"]);
    assert_eq!(values("date,x\n04/03/2021,1\n05/30/2021,2\n"), ["x 2021-04 1", "x 2021-05 2"]);
    assert_eq!(values("year;x\n2020;1.234\n2021;0,5\n"), ["x 2020 1234", "x 2021 0.5"]);
    assert_eq!(values("year;x\n2020;1.234\n2021;1234\n"), ["x 2020 1.234", "x 2021 1234"]);
    assert_eq!(values("year,x\n2020,\"1,234\"\n2021,\"5,678\"\n"), ["x 2020 1234", "x 2021 5678"]);
}

#[test]
fn fiscal_calendars_and_odd_intervals_are_refused() {
    let fiscal = refused("date,x\n2021-06-30,1\n2022-06-30,2\n");
    assert_eq!(
        fiscal,
        "t.csv:2: \"2021-06-30\" and those after it neither begin nor end years of the calendar: these may be \
         fiscal years. Write the year that each is to be taken for, such as 2025"
    );
    for quarters in
        [["2021-01-31", "2021-04-30"], ["2021-02-28", "2021-05-31"], ["2021-03-01", "2021-06-01"]]
    {
        let text = format!("date,x\n{},1\n{},2\n", quarters[0], quarters[1]);
        assert!(refused(&text).contains("fiscal quarters"), "{text}");
    }
    assert!(refused("date,x\n2021-01-04,1\n2021-01-05,2\n").contains("less than a month apart"));
    assert!(
        refused("date,x\n2021-01-04,1\n2021-01-11,2\n2021-02-01,2\n").contains("lie in one month")
    );
    assert!(refused("date,x\n2021-06-30,1\n2021-12-31,2\n").contains("half-years are no periods"));
    assert!(refused("date,x\n2021-06-30,1\n").contains("one date does not say how often"));
    assert!(refused("date,x\n2021,1\n2022-Q1,1\n").contains("a table has one frequency"));
    assert!(refused("date,x\n2021-H1,1\n").contains("is not a period"));
    assert!(refused("date,x\n2021-W05,1\n").contains("is not a period"));
    assert!(refused("year,x\nFY2021,1\n").contains("is not a period"));
    assert!(refused("year,month,x\n2021,13,1\n").contains("\"13\" is not a month; write 1 to 12"));
    // Days of trade at the end of a quarter or year are those of the calendar.
    assert_eq!(values("date,x\n2020-12-30,1\n2021-12-31,2\n"), ["x 2020 1", "x 2021 2"]);
    assert_eq!(values("date,x\n2021-03-30,1\n2021-06-30,2\n"), ["x 2021-Q1 1", "x 2021-Q2 2"]);
}

#[test]
fn fiscal_years_and_quarters_are_no_months() {
    for years in [
        ["2009/10", "2010/11"],
        ["2009-10", "2010-11"],
        ["2011/12", "2012/13"],
        ["2019/2020", "2020/2021"],
    ] {
        let rows = format!("year,x\n{},1\n{},2\n", years[0], years[1]);
        assert!(refused(&rows).contains("these may be fiscal years"), "{rows}");
    }
    assert!(refused("indicator,2009/10,2010/11\nx,1,2\n").contains("fiscal years"));
    for name in ["Fiscal Year", "FY"] {
        assert!(
            refused(&format!("{name},x\n2020,1\n2021,2\n")).contains("is no year of the calendar")
        );
    }
    let four = |form: fn(i32, i32) -> String| {
        let rows = (0..8).map(|k| format!("{},{k}\n", form(2019 + k / 4, 1 + k % 4)));
        format!("date,x\n{}", rows.collect::<String>())
    };
    assert_eq!(values(&four(|year, part| format!("{part}/{year}")))[4], "x 2020-Q1 4");
    assert!(refused(&four(|year, part| format!("{year}:0{part}"))).contains("or quarters"));
    assert!(refused(&four(|year, part| format!("0{part}/{year}"))).contains("or quarters"));
    assert!(refused(&four(|year, part| format!("{year}0{part}"))).contains("or quarters"));
    // Written as periods are here, they are what they say.
    assert_eq!(values(&four(|year, part| format!("{year}-0{part}")))[4], "x 2020-01 4");
    assert!(refused("date,x\n1/2020,1\n2/2020,2\n").contains("may be a quarter or a month"));
    assert_eq!(values("date,x\n9/2020,1\n10/2020,2\n"), ["x 2020-09 1", "x 2020-10 2"]);
    let days =
        ["2020-01-31", "2020-04-30", "2020-07-31", "2020-10-30"].map(|day| format!("{day},1\n"));
    assert!(refused(&format!("date,x\n{}", days.concat())).contains("fiscal quarters"));
    assert_eq!(notes("年,x\n2019年度,1\n2020年度,2\n").len(), 1);
}

#[test]
fn what_tells_series_apart_is_not_left_out_in_silence() {
    let long = "place,indicator,measure,time,value\nCHN,GDP,USD,2019,1\nCHN,GDP,USD,2020,2\nIND,GDP,USD,2021,3\n";
    assert_eq!(
        refused(long),
        "t.csv:4: \"place\" says \"CHN\" in line 2 and \"IND\" here, both of GDP: keep the rows of one, or put what \
         tells them apart into the names"
    );
    let one = "place,indicator,source,time,value\nCHN,GDP,a,2019,1\nCHN,GDP,b,2020,2\n";
    assert_eq!(notes(one)[1], "t.csv: columns \"place\", \"source\" left out");
    // Names do not differ by case.
    let case = "date,variable,value\n2019,GDP,1\n2020,gdp,2\n2021,Gdp,3\n";
    assert_eq!(values(case), ["GDP 2019 1", "GDP 2020 2", "GDP 2021 3"]);
    let beside = "year,x,,year,y\n2020,1,,2019,7\n2021,2,,2020,8\n";
    assert!(
        refused(beside)
            .contains("has two columns of years, \"year\" and \"year\", that say different things")
    );
    assert_eq!(values("TIME,Time,x\n2020,2020,1\n2021,2021,2\n").len(), 4);
    assert_eq!(values("Year,Period,x\n2020,Q01,1\n2020,Q02,2\n"), ["x 2020-Q1 1", "x 2020-Q2 2"]);
    assert_eq!(values("Year,Period,x\n2020,M01,1\n2020,M02,2\n"), ["x 2020-01 1", "x 2020-02 2"]);
    assert!(
        refused("year,k,x\n2020,1,1\n2020,2,2\n")
            .contains("call the column of its quarters or months")
    );
}

#[test]
fn a_quote_that_is_not_closed_and_thousands_that_begin_with_0_are_refused() {
    assert_eq!(
        refused("year,x\n2019,9\n2020,1\n\"2021,2\n2022,3\n"),
        "t.csv:4: a quote (\") that is opened here is not closed: close it, or leave it out"
    );
    assert_eq!(values("year,x,y\n2020,1,\"a\nb\"\n2021,2,\n").len(), 2);
    let reading = Reading::default().with_decimal(',');
    let table =
        Table::from_bytes(b"year;x\n2020;0.125\n2021;-0.250\n", "t", &reading).expect("a table");
    assert!(table.series().expect_err("refused").to_string().contains("\"0.125\" is not a number"));
}

#[test]
fn tables_as_they_are_published() {
    // The World Bank: two cells a line above the header. Statistics offices: units and codes below it.
    let world_bank = "\"Data Source\",\"WDI\",\n\n\"Last Updated Date\",\"2024-05-30\",\n\n\
                      \"Country Name\",\"Indicator Code\",\"2019\",\"2020\",\"2021\",\n\"China\",\"NY.GDP\",\"1\",\"2\",\"\",\n";
    assert_eq!(values(world_bank), ["NY.GDP 2019 1", "NY.GDP 2020 2"]);
    let office = "Title,GDP\nCDID,ABMI\nUnit,m\n2020,5\n2021,6\n";
    assert_eq!(values(office), ["GDP 2020 5", "GDP 2021 6"]);
    assert!(notes(office)[0].contains("2 rows without a period and without numbers left out"));
    let eurostat = "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \t2021 \nA,MIO,BE\t5.5 b\t: c\t6.0 p\n";
    assert_eq!(values(eurostat), ["A,MIO,BE 2019 5.5", "A,MIO,BE 2021 6"]);
    assert!(notes(eurostat)[0].contains("the flags of Eurostat after values left out"));
    assert_eq!(
        refused("item,2020,2021,Total\nx,1,2,3\n"),
        "t.csv: has columns for periods (\"2020\" and others) and among them \"Total\", which is none: leave it out"
    );
}

#[test]
fn what_is_no_table_and_what_does_not_fit_the_file_is_said() {
    assert!(refused("<html><table><tr><td>1").contains("is HTML or XML and no table"));
    assert!(refused("[{\"year\": 2020}]").contains("is JSON and no table"));
    let sheet = Reading::default().with_sheet("S");
    let error = Table::from_bytes(b"year,x\n2020,1\n", "t", &sheet).expect_err("refused");
    assert!(error.to_string().contains("has no sheets"), "{error}");
    let latin = Reading::default().with_encoding("latin-1");
    assert!(Table::from_bytes(b"year,gr\xf6\xdfe\n2020,1\n", "t", &latin).is_ok());
    // A year beside it does not say what stands between thousands.
    assert!(
        refused("Jahr;BIP;Basis\n2020;1.234;2015\n2021;2.345;2016\n")
            .contains("may be 1234 or 1.234")
    );
    assert_eq!(values("Jahr;2020;2021\nBIP;1,5;2,5\n"), ["BIP 2020 1.5", "BIP 2021 2.5"]);
    assert_eq!(values("indicator,12/31/1991,12/31/1992\nx,1,2\n"), ["x 1991 1", "x 1992 2"]);
    assert_eq!(
        values("date,series,value\n2019,x,1\n2020,x,2\nSource: OECD,,\n"),
        ["x 2019 1", "x 2020 2"]
    );
    let columns = vec![
        ("year".to_owned(), vec![Cell::number(2020.0)]),
        ("x".to_owned(), vec![Cell::text("1.190")]),
    ];
    let table = Table::from_columns(columns, "frame").expect("a table");
    assert!(table.series().is_err());
    let series = table.with_decimal('.').and_then(|table| table.series()).expect("said");
    assert_eq!(series.series()["x"][0].value, 1.19);
}

#[test]
fn series_may_have_names_of_columns() {
    assert_eq!(
        values("year,q,time\n2020,1.5,1\n2021,2.5,2\n"),
        ["q 2020 1.5", "q 2021 2.5", "time 2020 1", "time 2021 2"]
    );
    assert_eq!(values("year,q,x\n2020,1,5\n2020,2,6\n"), ["x 2020-Q1 5", "x 2020-Q2 6"]);
    assert_eq!(values("year,value,key\n2020,1,5\n2021,2,6\n").len(), 4);
}

#[test]
fn a_table_without_values_is_refused() {
    assert_eq!(refused(""), "t.csv: is empty; expected a header of names and rows below it");
    assert_eq!(refused("\n\n"), "t.csv: is empty; expected a header of names and rows below it");
    assert_eq!(refused("year,x\n"), "t.csv: has a header and no rows below it");
    assert_eq!(refused("year,x\n2020,NA\n"), "t.csv: has no value: every cell is missing");
    assert!(refused("year\n2020\n").contains("has no series"));
}

#[test]
fn cells_that_are_no_numbers_are_named() {
    assert_eq!(
        refused("year,x,y\n2020,1,5%\n2021,abc,(3)\n2022,inf,1e999\n"),
        "t.csv:2: y.2020: \"5%\" is not a number: write 0.05 or 5 for 5 %, without the sign\n\
         t.csv:3: x.2021: \"abc\" is not a number\n\
         t.csv:3: y.2021: \"(3)\" is not a number: write a negative number with a minus\n\
         t.csv:4: x.2022: \"inf\" is not a number that is finite; leave out what is not known\n\
         t.csv:4: y.2022: \"1e999\" is not a number that is finite"
    );
    assert!(refused("year,x\n2020,1,5\n").contains("has 3 cells, the header 2"));
    assert!(refused("year,x,y\n2020,1\n").contains("has 2 cells, the header 3"));
    assert!(refused("year,x,\n2020,1,3\n").contains("column 3 has values and no name"));
    assert!(refused("year;x\n2020;1.23.456,5\n").contains("is not a number"));
    assert_eq!(values("year,x\n2020,\u{2212}5\n2021,1e3\n"), ["x 2020 -5", "x 2021 1000"]);
}

#[test]
fn what_was_assumed_is_said_and_nothing_else() {
    assert_eq!(notes("year,x\n2020,1\n2021,2\n"), [""; 0]);
    assert_eq!(
        notes("observation_date,x\n2020-01-01,1\n2020-04-01,2\n"),
        ["t.csv: dates are taken for quarterly periods (2020-01-01 for 2020-Q1)"]
    );
    assert_eq!(
        notes("sep=;\nyear;x;y\n2020;1,5;\n2021;2;4\n2022;2;\n"),
        [
            "t.csv: is read as text with semicolons between cells and decimal commas",
            "t.csv: of 2020 to 2022 not all series have the ends, which are left out: y from 2021 to 2021"
        ]
    );
    assert_eq!(
        notes("Gross domestic product\n\nyear,x\n2020,1\n2021,2\nSource: somebody,\n"),
        [
            "t.csv: is read as text with a title of 1 line above the header",
            "t.csv: a row without a period and without numbers left out"
        ]
    );
    assert_eq!(
        notes("year,country,x\n2020,France,1\n2021,France,2\n"),
        ["t.csv: column \"country\" says \"France\" in every row and is left out"]
    );
    assert_eq!(
        notes("Series Name,Series Code,2020 [YR2020],2021 [YR2021]\nGrowth,G,1,2\n"),
        [
            "t.csv: is read as a table with a column for each period, its series named by \"Series Code\""
        ]
    );
}

#[test]
fn a_change_of_unit_is_pointed_at_and_fast_growth_is_not() {
    let of = |values: &[f64]| {
        let rows = values.iter().enumerate().map(|(k, v)| format!("{},{v}\n", 2000 + k));
        notes(&format!("year,x\n{}", rows.collect::<String>()))
    };
    assert_eq!(
        of(&[100.0, 103.0, 105.0, 107.0, 1_090_000.0, 1_110_000.0]),
        [
            "t.csv: x goes from 107 in 2003 to 1090000 in 2004 (line 6), about 10000 times as much, and hardly \
             moves otherwise: is it another unit? Bring it to one unit, if so"
        ]
    );
    assert!(of(&[100.0, 103.0, 10.5, 107.0, 109.0, 111.0])[0].contains("about 10 times as little"));
    for quiet in [
        &[1.0, 10.0, 100.0, 1000.0][..],
        &[0.1, 0.25, 1.0, 0.3, 0.05, 0.1],
        &[200.0, 210.0, 6000.0, 900.0, 300.0, 210.0],
        &[100.0, 150.0, 220.0, 330.0, 500.0],
        &[5.0, -5.0, 50.0, -0.5, 3.0],
        &[100.0, 1000.0],
    ] {
        assert!(of(quiet).is_empty(), "{quiet:?}: {:?}", of(quiet));
    }
}

#[test]
fn the_reading_may_be_said() {
    let bytes = GB18030.encode("年;就业\n2020;1.250\n").0.into_owned();
    let reading = Reading::default().with_encoding("gbk").with_decimal(',').with_separator(';');
    let table = Table::from_bytes(&bytes, "t.csv", &reading).expect("a table");
    assert_eq!(table.series().expect("series").series()["就业"][0].value, 1250.0);
    let wrong = |reading: Reading| {
        Table::from_bytes(b"year,x\n2020,1\n", "t", &reading).expect_err("refused").to_string()
    };
    assert_eq!(
        wrong(Reading::default().with_decimal('_')),
        "decimal: expected \".\" or \",\", found \"_\""
    );
    assert!(wrong(Reading::default().with_encoding("klingon")).contains("is no encoding"));
    assert!(wrong(Reading::default().with_separator('"')).contains("expected one ASCII character"));
    assert!(Table::from_bytes(b"%PDF-1.4", "t", &Reading::default()).is_err());
}
