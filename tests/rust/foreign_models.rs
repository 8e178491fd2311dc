//! Readers of other programs' models on text that nobody would write.

use std::time::{Duration, Instant};

use tinbergen::import::{
    Data, format_of, read_bimets, read_dynare, read_eviews, read_frml, read_text,
};
use tinbergen::model::{Note, Quantity};
use tinbergen::period::Span;
use tinbergen::{Error, Model, Sampling};

/// Generous, since other work may go on beside: alone each takes less than a second.
const LONG: Duration = Duration::from_secs(20);

type Reader = fn(&str) -> Result<Model, Error>;

fn years() -> Span {
    "2001..2003".parse().expect("a span")
}

/// A reader by its name, with an equation as its language has it.
type Language = (&'static str, Reader, fn(&str) -> String);

/// Every reader.
const READERS: [Language; 5] = [
    (
        "text",
        |text| read_text(text.as_bytes(), &Data::default(), Some(years()), "m.txt"),
        |right| format!("y = {right}\nw = 1"),
    ),
    (
        "eviews",
        |text| read_eviews(text.as_bytes(), &Data::default(), years(), "m.prg"),
        |right| format!("y = {right}\nw = 1"),
    ),
    (
        "frml",
        |text| read_frml(text.as_bytes(), &Data::default(), years(), "m.frml"),
        |right| format!("FRML <> Y = {right} $\nFRML <> W = 1 $"),
    ),
    (
        "bimets",
        |text| read_bimets(text.as_bytes(), &Data::default(), years(), &[], "m.mdl"),
        |right| format!("IDENTITY> y\nEQ> y = {right}\nIDENTITY> w\nEQ> w = 1"),
    ),
    (
        "dynare",
        |text| read_dynare(text.as_bytes(), &Data::default(), Some(years()), "m.mod"),
        |right| format!("var y w; varexo x; model; y = {right}; w = 1; end;"),
    ),
];

#[test]
fn hostile_equations_are_left_out_or_survived_in_time() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{}x{}", open.repeat(depth), close.repeat(depth))
    };
    let hostile = [
        nested("(", ")", 100_000),
        nested("log(", ")", 100_000),
        nested("max(1, ", ")", 90),
        nested("-", "", 100_000),
        nested("@between(", ", 0, 1)", 90),
        nested("d(", ", 100, 100)", 50),
        "(".repeat(1 << 20),
        ")".repeat(1 << 20),
        "1".repeat(1 << 20),
        "1e999999999".to_owned(),
        format!("x{}", " + x".repeat(1 << 18)),
        format!("x{}", "^2".repeat(1 << 18)),
        format!("max(x{})", ", x".repeat(1 << 18)),
        format!("{}(x)", "f".repeat(1 << 20)),
        "x(-99999999999999999999)".to_owned(),
        "x(-1.5)".to_owned(),
        "movavg(x, 1e300)".to_owned(),
        "x(,)".to_owned(),
        "x(".to_owned(),
        "\"".repeat(1 << 20),
        "\u{0}\u{202e}é变".repeat(10_000),
        "[ar(1)=".to_owned(),
        "1..2.3e".to_owned(),
    ];
    for (name, read, written) in READERS {
        for right in &hostile {
            let begin = Instant::now();
            let shown: String = right.chars().take(40).collect();
            match read(&written(right)) {
                Ok(model) => {
                    assert!(model.indicators.contains_key("w"), "{name}: {shown}");
                    let toml = model.to_toml().expect("it is written");
                    assert_eq!(Model::from_toml(&toml).as_ref(), Ok(&model), "{name}: {shown}");
                }
                Err(error) => {
                    let long = error.to_string().len();
                    assert!(long < 100_000, "{name}: {shown}: a message of {long} bytes");
                }
            }
            let took = begin.elapsed();
            assert!(took < LONG, "{name}: {shown} took {took:?}");
        }
    }
}

#[test]
fn garbage_is_refused_without_a_panic() {
    let garbage = [
        "",
        "\u{0}",
        "=",
        "$",
        "$$$",
        ";;;",
        "FRML",
        "FRML <",
        "FRML <>",
        "<>",
        "MODEL",
        "END",
        "EQ>",
        "IDENTITY>",
        "IDENTITY> y",
        "IDENTITY> y\nEQ>",
        "BEHAVIORAL> y\nEQ> y = a*x\nCOEFF> a",
        "BEHAVIORAL> y\nEQ> y = a*x\nCOEFF> a\nTSRANGE 1 2",
        "TSRANGE",
        "COEFF> a",
        "model;",
        "var;",
        "var y",
        "var y; model;",
        "var y; model; end;",
        "var y; model; y; end;",
        "var y; model; # ; end;",
        "var y; model; [name= y; end;",
        "var y; model; y = y(1); end;",
        "/*",
        "@#include \"x\"",
        "shocks; var; stderr; end;",
        "shocks; values 1; periods 0; end;",
        "initval; y; end;",
        "histval; y(9) = 1; end;",
        "parameters a; a = a;",
        "parameters a; a = 1/0;",
        "y = 1;;",
        "data x = ",
        "data x 1.. = 2",
        "data x ..1 = 2",
        "periods 1..99999",
        "periods 5..1",
        "coef(",
        "coef() b",
        "b.fill",
        "b.fill x",
        "scalar",
        "scalar = 1",
        "scalar a = a",
        "series x =",
        "series x = x(",
        "genr = 1",
        "smpl",
        "smpl a b",
        "equation e.ls y x(-1 to",
        ": y = 1",
        "@ y = 1",
        "equation e.ls y x(-1 to -999999999)",
        "param c(1)",
        "param c(99999999999) 1",
    ];
    for (_, read, _) in READERS {
        for text in garbage {
            if let Err(error) = read(text) {
                assert!(!error.problems().is_empty(), "{text:?}");
            }
        }
    }
    for text in garbage {
        let _ = format_of("m.txt", text.as_bytes());
    }
}

#[test]
fn bytes_that_are_no_text_leave_their_equation_out_and_comments_are_read_over() {
    let none = Data::default();
    // Latin letters with accents in a comment, Chinese in GB18030 in a label, and what is no text in an equation.
    let text = b"' d\xe9penses de l'\xc9tat\nm.append y = c + g\nm.append c = 0.6 * y \xb2\xce\nm.append g = 5";
    let model = read_eviews(text, &none, years(), "m.prg").expect("it is read");
    assert_eq!(model.indicators["y"].equation.as_ref().expect("there").to_string(), "y = c + g");
    assert!(model.indicators["c"].equation.is_none());
    let said = told(&model);
    assert!(said[0].starts_with("1: is not UTF-8: byte 4 (0xe9) is no text; comments"), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("3: ")), "{said:?}");
    // The mark of a file that says it is UTF-8, and is not, belongs to no equation.
    let marked = b"\xef\xbb\xbfm.append y = c + g\n' d\xe9penses\nm.append c = 0.6 * y";
    let model = read_eviews(marked, &none, years(), "m.prg").expect("it is read");
    assert_eq!(model.indicators["y"].equation.as_ref().expect("there").to_string(), "y = c + g");
    assert!(told(&model)[0].starts_with("2: is not UTF-8: byte 26 (0xe9) is no text; comments"));
    // Bytes of a program.
    let broken = b"y = 1\nz = \xff2\0";
    for error in [
        read_frml(broken, &none, years(), "m").map(drop),
        read_bimets(broken, &none, years(), &[], "m").map(drop),
        read_dynare(broken, &none, Some(years()), "m").map(drop),
        read_eviews(broken, &none, years(), "m").map(drop),
    ] {
        let message = error.expect_err("no text").to_string();
        assert!(message.contains("2: is not UTF-8: byte 11 (0xff) is no text"), "{message}");
    }
}

#[test]
fn programs_that_are_saved_as_unicode_are_read() {
    let text = "' d\u{e9}penses\r\nm.append y = c + g\r\nm.append c = 0.6 * y";
    let little: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in [little, big] {
        let model = read_eviews(&bytes, &Data::default(), years(), "m.prg").expect("it is read");
        assert_eq!(model.indicators.len(), 3);
        assert_eq!(tinbergen::import::format_of("m.txt", &bytes), Some("eviews"));
        let cut = read_eviews(&bytes[..bytes.len() - 1], &Data::default(), years(), "m.prg");
        assert!(cut.expect_err("cut").to_string().contains("says that it is text in UTF-16"));
    }
}

/// The path of an indicator over the years of a model.
fn path(model: &Model, name: &str) -> Vec<f64> {
    let runs = model.compile().expect("it compiles").simulate(&Sampling::new(1, 1));
    let runs = runs.expect("it runs");
    runs.get("baseline").expect("it ran").paths(name).expect("kept").column(0).to_vec()
}

/// What was said at reading, as `line: message`.
fn told(model: &Model) -> Vec<String> {
    let line = |note: &Note| note.line.map_or_else(String::new, |line| format!("{line}: "));
    model.notes().iter().map(|note| format!("{}{}", line(note), note.message)).collect()
}

fn dynare(text: &str) -> Model {
    read_dynare(text.as_bytes(), &Data::default(), None, "m.mod").expect("it is read")
}

#[test]
fn branches_of_dynare_macros_that_are_not_taken_are_no_part_of_the_model() {
    let model = |defined: &str, condition: &str| {
        format!(
            "@#define a = {defined}\nvar y; varexo g;\nparameters p q; p = 1;\n@#if {condition}\n\
             q = 2;\n@#else\nq = 3;\np = 5;\n@#endif\nmodel;\n@#if {condition}\ny = p*q*g;\n@#else\n\
             y = 100*p*q*g;\n@#endif\nend;\ninitval; g = 1; end;\nsimul(periods=2);"
        )
    };
    // Dynare 6: the preprocessor keeps the branch that holds.
    for (defined, condition, value) in [
        ("1", "a==1", 2.0),
        ("0", "a==1", 1500.0),
        ("2", "a > 1 && !(a >= 3)", 2.0),
        ("\"x\"", "a != \"x\"", 1500.0),
        ("true", "a", 2.0),
    ] {
        let model = dynare(&model(defined, condition));
        assert_eq!(path(&model, "y"), [value; 2], "{defined} {condition}");
        assert!(told(&model).iter().all(|said| !said.contains("macro")), "{:?}", told(&model));
    }
    // A condition that only Dynare can tell: nothing of it is taken, and the lines are said.
    let text = model("[1, 2]", "length(a) == 2");
    let error = read_dynare(text.as_bytes(), &Data::default(), None, "m.mod").expect_err("nothing");
    let error = error.to_string();
    assert!(error.contains("m.mod:4: ") && error.contains("lines 4 to 9 are left out"), "{error}");
    assert!(error.contains("lines 11 to 15 are left out"), "{error}");
    // Blocks within, loops within a statement, names made of values, @#elseif and @#ifdef.
    let model = dynare(
        "@#define on\n@#define k = 2\nvar y z w; varexo g;\nmodel;\n@#ifdef on\ny = @{k}*g;\n@#endif\n\
         z = g\n@#for j in 1:3\n + y(-@{j})\n@#endfor\n;\n@#if k == 1\nw = y;\n@#elseif k == 2\nw = 7*y;\n\
         @#else\nw = 9*y;\n@#endif\nend;\ninitval; y = 1; z = 1; g = 1; end;\n@#ifndef on\nshocks; var g; \
         periods 1; values 9; end;\n@#endif\nsimul(periods=2);",
    );
    assert_eq!(path(&model, "y"), [2.0; 2]);
    assert_eq!(path(&model, "w"), [14.0; 2]);
    let said = told(&model).join("\n");
    assert!(
        said.contains("9: is of the macro language, which only Dynare would run: lines 9 to 11")
    );
    assert!(said.contains("8: \"@\" has no place in an equation here"), "{said}");
    assert!(model.indicators.get("z").is_none_or(|z| z.equation.is_none()));
}

#[test]
fn equations_of_dynare_that_are_tagged_static_hold_in_no_period() {
    let text = "var y w; varexo g; model; [name='a', static] y=g; [dynamic] y=2*g; [name='static'] w=3*g; \
                end; initval; g=1; end; simul(periods=2);";
    let model = dynare(text);
    assert_eq!((path(&model, "y"), path(&model, "w")), (vec![2.0; 2], vec![3.0; 2]));
    let regimes = "var i; varexo g; model; [name='i', relax='zlb'] i=g; [name='i', bind='zlb'] i=0; end; \
                   initval; g=1; end; simul(periods=1);";
    let model = dynare(regimes);
    assert_eq!(path(&model, "i"), [1.0]);
    assert!(told(&model).iter().any(|said| said.contains("holds in another regime (bind)")));
}

#[test]
fn what_histval_of_dynare_does_not_name_was_zero() {
    let text = "var y w; varexo g;\nmodel; y = 0.5*y(-1)+g; w = w(-1)+y; end;\ninitval; y=1; w=7; end;\n\
                histval; y(0)=4; end;\nsimul(periods=2);";
    let model = dynare(text);
    // M_.endo_histval = zeros(M_.endo_nbr, M_.maximum_lag), and then y(0) = 4.
    assert_eq!((path(&model, "y"), path(&model, "w")), (vec![2.0, 1.0], vec![2.0, 3.0]));
    let said = told(&model).join("\n");
    assert!(
        said.contains("w is 0 before the first period wherever histval gives no value"),
        "{said}"
    );
    let exogenous = "var y; varexo g; model; y = g + g(-1); end; initval; g=1; end; \
                     histval; y(0)=4; end; simul(periods=2);";
    assert_eq!(path(&dynare(exogenous), "y"), [1.0, 2.0]);
    let named = exogenous.replace("y(0)=4", "g(0)=5");
    assert_eq!(path(&dynare(&named), "y"), [6.0, 2.0]);
}

const LINEAR: &str = "BEHAVIORAL> y\nEQ> y = a1 + a2*x\nCOEFF> a1 a2\n";

fn bimets(text: &str, given: &[(&str, f64)]) -> Result<Model, Error> {
    let csv = b"year,x,y\n2001,1,3\n2002,2,6\n2003,4,7\n";
    let given: Vec<(String, f64)> = given.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
    read_bimets(text.as_bytes(), &Data::from_csv(csv, "d.csv")?, years(), &given, "m.mdl")
}

#[test]
fn coefficients_of_bimets_that_are_given_are_held_where_others_are_estimated() {
    let model = bimets(LINEAR, &[("a1", 1.0)]).expect("it is read");
    let value = |name: &str| model.parameters[name].quantity.number().expect("a number");
    // Least squares of y - 1 on x alone: (1 * 2 + 2 * 5 + 4 * 6) / (1 + 4 + 16).
    assert_eq!(value("a1"), 1.0);
    assert!((value("a2") - 36.0 / 21.0).abs() < 1e-12);
    assert_eq!(model.parameters["a1"].quantity.source, None);
    let said = told(&model).join("\n");
    assert!(said.contains("the coefficients a2 were estimated"), "{said}");
    assert!(said.contains("with a1 as given"), "{said}");
    let error = bimets(LINEAR, &[("a1", 1.0), ("b1", 1.0)]).expect_err("a slip").to_string();
    assert!(error.contains("\"b1\" is no coefficient of an equation (COEFF>)"), "{error}");
    let missing = LINEAR.replace("COEFF> a1 a2", "COEFF> a1");
    let error = bimets(&missing, &[]).expect_err("undeclared").to_string();
    assert!(error.contains("the data have no a2 (a coefficient stands in COEFF>)"), "{error}");
}

#[test]
fn what_bimets_adds_to_an_equation_is_not_dropped_in_silence() {
    let both = [("a1", 1.0), ("a2", 2.0)];
    let model = bimets(&format!("{LINEAR}ERROR> AUTO(1)\n"), &both).expect("it is read");
    assert_eq!(path(&model, "y"), [3.0, 5.0, 9.0]);
    let said = told(&model).join("\n");
    assert!(said.contains("2: the error process AUTO(1) is left out"), "{said}");
    let error = bimets(&format!("{LINEAR}PDL> a2 1 2\n"), &both).expect_err("left out").to_string();
    assert!(error.contains("has a distributed lag (PDL>)"), "{error}");
    let twice = "IDENTITY> y\nEQ> y = x\nEQ> y = 2*x\n";
    let error = bimets(twice, &[]).expect_err("left out").to_string();
    assert!(error.contains("has several EQ>"), "{error}");
}

#[test]
fn plain_text_says_nothing_twice() {
    let read = |text: &str| {
        read_text(text.as_bytes(), &Data::default(), Some(years()), "m.txt")
            .map(|model| told(&model))
    };
    let base = "y = x\n";
    for (text, wanted) in [
        ("data x 2001 = 1, 2, 3\ndata x 2002 = 5", "3: x has a value for 2002 already, in line 2"),
        ("data x 2001 = 1, 2, 3, 2001 = 9", "2: x has a value for 2001 already, in line 2"),
        ("data x = 1\ndata x = 2", "3: x has one value for all periods already, in line 2"),
        ("parameter p = 1\nparameter p = 2", "3: the parameter p has a value already, in line 2"),
        ("periods 2001..2002\nperiods 2001..2003", "3: the text says periods already, in line 2"),
        ("add_factor y 2001 = 1\nadd_factor y 2001 = 2", "3: y has an add factor for 2001 already"),
        ("label y A\nlabel y B", "3: y has a statement \"label\" already, in line 2"),
        ("label y A\nlabel[zh] y B", "3: y has a label with a language and one without"),
        ("exogenous y", "1: y has an equation, and line 2 calls it exogenous"),
        ("label yy A", "2: yy is not in the model; did you mean \"y\"?"),
    ] {
        let error = read(&format!("{base}{text}")).expect_err(text).to_string();
        assert!(error.contains(&format!("m.txt:{wanted}")), "{wanted} in {error}");
    }
    let fine =
        "data x = 1\ndata x 2002 = 5\ndata x 2003 = 6\nlabel[en] y A\nlabel[zh] y B\nlabel x C\n";
    assert!(read(&format!("{base}{fine}")).expect("it is read").is_empty());
    let factors = read_text(
        b"periods 2001..2003\ny ~ x\ndata x = 1\nadd_factor y 2002 = 5\nadd_factor y = 1",
        &Data::default(),
        None,
        "m.txt",
    );
    assert_eq!(path(&factors.expect("it is read"), "y"), [2.0, 6.0, 2.0]);
}

#[test]
fn plain_text_tells_how_it_took_a_comma_and_which_of_two_series() {
    let read = |text: &str, data: &Data| {
        read_text(text.as_bytes(), data, Some(years()), "m.txt").expect("it is read")
    };
    let said = told(&read("data x 2001 = 1,234\ny = x", &Data::default())).join("\n");
    assert!(said.contains("1: \"1,234\" was read as two values, 1 and 234"), "{said}");
    for fine in ["data x 2001 = 1, 234, 3", "data x 2001 = 0.5,234,1", "data x 2001 = 1,23,45"] {
        assert!(told(&read(&format!("{fine}\ny = x"), &Data::default())).is_empty(), "{fine}");
    }
    let table = Data::from_csv(b"year,X\n2001,8\n2002,9\n2003,9\n", "d.csv").expect("a table");
    let model = read("data X 2001 = 2, 3, 4\ny = X", &table);
    assert_eq!(path(&model, "y"), [2.0, 3.0, 4.0]);
    assert!(told(&model).iter().any(|said| said.contains("X stands in the text and in the data")));
}

#[test]
fn one_series_belongs_to_one_of_two_names_that_differ_by_case() {
    let lone = |column: &str| {
        let csv = format!("year,{column}\n2001,1\n2002,2\n2003,3\n");
        Data::from_csv(csv.as_bytes(), "d.csv").expect("a table")
    };
    for (column, other) in [("GDP", "gdp"), ("gdp", "GDP")] {
        let data = lone(column);
        for model in [
            read_text(b"Y = 2*GDP + gdp", &data, Some(years()), "m.txt"),
            read_bimets(b"IDENTITY> Y\nEQ> Y = 2*GDP + gdp", &data, years(), &[], "m.mdl"),
            read_dynare(
                b"var Y; varexo GDP gdp; model; Y = 2*GDP + gdp; end;",
                &data,
                Some(years()),
                "m.mod",
            ),
        ] {
            let model = model.expect("it is read");
            let known = |name: &str| -> Vec<Option<f64>> {
                let history = &model.indicators[name].history;
                years().periods().map(|p| history.get(&p).and_then(Quantity::number)).collect()
            };
            assert_eq!(known(column), [Some(1.0), Some(2.0), Some(3.0)], "{column}");
            // Dynare has 0 for what is given nowhere.
            assert!(known(other).iter().all(|v| v.is_none_or(|v| v == 0.0)), "{other}");
            let wanted =
                format!("the data have one series, {column}, which {column} has: {other} has no");
            assert!(told(&model).iter().any(|said| said.contains(&wanted)), "{:?}", told(&model));
        }
    }
    // By itself a name takes the series in any case.
    let model = read_text(b"y = Gdp", &lone("GDP"), Some(years()), "m.txt").expect("it is read");
    assert_eq!(path(&model, "y"), [1.0, 2.0, 3.0]);
}
