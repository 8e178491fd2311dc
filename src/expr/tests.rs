//! Tests of the language as a whole.

use proptest::prelude::*;

use super::*;
use crate::math::Elementary;
use crate::period::Frequency;

fn names() -> impl Strategy<Value = String> {
    prop_oneof![Just("x".to_owned()), Just("gdp_2".to_owned()), Just("产值".to_owned())]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (0.0..1e6f64).prop_map(Expr::number),
        (names(), 0..4u32).prop_map(|(name, lag)| Expr::name(&name, lag)),
        Just(Expr::new(Node::Now { shift: 0 })),
        Just(Expr::new(Node::Period(crate::period::Period::year(2022)))),
        names().prop_map(|name| Expr::shock(&name)),
    ]
}

fn any_expr() -> impl Strategy<Value = Expr> {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, Mul, Ne, Or, Pow, Sub};
    leaf().prop_recursive(5, 40, 3, |inner| {
        let op =
            prop::sample::select(vec![Add, Sub, Mul, Div, Pow, Lt, Le, Gt, Ge, Eq, Ne, And, Or]);
        let unary = prop::sample::select(vec![UnaryOp::Neg, UnaryOp::Not]);
        let one = prop::sample::select(vec![
            Function::Of(Elementary::Log),
            Function::Of(Elementary::Sin),
            Function::Dlog,
        ]);
        prop_oneof![
            (op, inner.clone(), inner.clone()).prop_map(|(op, a, b)| Expr::binary(op, a, b)),
            (unary, inner.clone()).prop_map(|(op, a)| Expr::new(Node::Unary(op, Box::new(a)))),
            (one, inner.clone()).prop_map(|(f, a)| Expr::call(f, a)),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| Expr::new(Node::Call(Function::If, vec![a, b, c]))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_as_the_same(expr in any_expr()) {
        let text = expr.to_string();
        prop_assert_eq!(parse_expression(&text).map_err(|e| e[0].annotated(&text)), Ok(expr), "{}", text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = parse_equation(&text);
    }

    #[test]
    fn text_of_signs_and_names_makes_no_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "x", "(", ")", "[", "]", "-", "1", "~", "=", ",", "log", "if", "\"2022\"", "^", "not ",
            "shock", "period ", "dlog(", "movavg", "lag(",
        ]), 0..30)
    ) {
        if let Ok(equation) = parse_equation(&parts.concat()) {
            let _ = equation.rhs.expand(Frequency::Annual);
        }
    }
}

fn error_of(text: &str) -> String {
    match parse_equation(text) {
        Err(errors) => errors[0].annotated(text),
        Ok(equation) => match equation.rhs.expand(Frequency::Annual) {
            Err(error) => error.annotated(text),
            Ok(_) => String::new(),
        },
    }
}

#[test]
fn messages_say_what_was_found_and_what_was_expected() {
    for (text, part) in [
        ("gdp = (a + ))", "expected a number, a name or a bracket, found \")\", at character 12"),
        ("gdp = lgo(x)", "unknown function \"lgo\"; did you mean \"log\"?"),
        ("gdp = x[1]", "x[1] is a lead"),
        ("gdp = x(+1)", "x[1] is a lead"),
        ("gdp = x[-0.5]", "whole number of periods"),
        ("gdp", "expected \"=\" (an identity)"),
        ("gdp = 1e999", "too large"),
        ("gdp = if(a, b)", "if() takes 3 arguments, found 2"),
        ("gdp = lag(x, y)", "expected a whole number of periods"),
        ("gdp ~ diff(shock(a))", "shock(a) has no lag"),
        ("gdp = poisson(3)", "needs a behavioural equation"),
        ("gdp = （a）", "write \"(\""),
        ("gdp = \"2022-Q9\"", "is not a period"),
        ("gdp = a b", "expected an operator or the end"),
    ] {
        let message = error_of(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn deep_and_long_texts_are_errors_and_no_overflow() {
    for (open, close) in [("(", ")"), ("-", ""), ("log(", ")"), ("not ", ""), ("1^", "")] {
        let text = format!("x = {}1{}", open.repeat(10_000), close.repeat(10_000));
        assert!(error_of(&text).contains("nested more than"), "{open}");
    }
    let sum = format!("x = {}a", "a+".repeat(40_000));
    assert!(error_of(&sum).contains("terms in a row"));
    assert!(error_of(&"x".repeat(200_000)).contains("bytes long"));
}

#[test]
fn both_spellings_of_a_lag_are_read() {
    assert_eq!(parse_expression("x(-2)"), parse_expression("x[-2]"));
    assert_eq!(parse_expression("2 ** 3 ** 2"), parse_expression("2 ^ (3 ^ 2)"));
    assert_eq!(parse_expression("-x^2"), parse_expression("-(x^2)"));
}

#[test]
fn comparisons_in_a_row_are_a_chain() {
    for (chain, meant) in [
        ("0 < x < 1", "0 < x and x < 1"),
        ("1 > x >= 0", "1 > x and x >= 0"),
        ("a == b == c", "a == b and b == c"),
        ("a <= b < c <= d", "a <= b and b < c and c <= d"),
        ("not 0 < x < 1", "not (0 < x and x < 1)"),
        ("a or 0 < x + 1 < 2 * y and b", "a or (0 < x + 1 and x + 1 < 2 * y) and b"),
        ("(0 < x) < 1 < y", "((0 < x) < 1) and 1 < y"),
        ("if(0 < x[-1] < 1, a, b)", "if(0 < x[-1] and x[-1] < 1, a, b)"),
        ("\"2021\" <= period < \"2023\"", "\"2021\" <= period and period < \"2023\""),
    ] {
        assert_eq!(parse_expression(chain), parse_expression(meant), "{chain}");
        let printed = parse_expression(chain).expect(chain).to_string();
        assert_eq!(parse_expression(&printed), parse_expression(meant), "{printed}");
    }
    // Brackets say that the 1 or 0 of a comparison is meant, and are kept.
    for text in ["(0 < x) < 1", "0 < (x < 1)", "(x > 0) == (y > 0)", "(x > 0) * 3"] {
        assert_eq!(parse_expression(text).expect(text).to_string(), text);
    }
    for (text, part) in [
        ("y = 0 < x > 1", "\">\" after \"<\" is no chain of comparisons"),
        ("y = a != b != c", "write \"a != b and b != c\""),
        ("y = x > 0 == z > 0", "\"==\" after \">\""),
        ("y = a == b < c", "at character 12"),
        ("y ~ 0 < poisson(3) < 5", "a random count would be drawn once for each"),
    ] {
        let message = error_of(text);
        assert!(message.contains(part), "{text}: {message}");
    }
    let nested = (0..40).fold("x".to_owned(), |inner, _| format!("(0 < {inner} < 1)"));
    assert!(error_of(&format!("y = {nested}")).contains("when written out"));
    let long = vec!["x"; 120].join(" < ");
    assert_eq!(error_of(&format!("y = {long}")), "");
}

/// The value of an expression, by the plainest possible evaluation.
fn value(expr: &Expr, of: &impl Fn(&str, u32) -> f64) -> f64 {
    let v = |e: &Expr| value(e, of);
    match &expr.node {
        Node::Number(number) => *number,
        Node::Name { name, lag } => of(name, *lag),
        Node::Unary(UnaryOp::Neg, a) => -v(a),
        Node::Binary(op, a, b) => match op {
            BinaryOp::Add => v(a) + v(b),
            BinaryOp::Sub => v(a) - v(b),
            BinaryOp::Mul => v(a) * v(b),
            BinaryOp::Div => v(a) / v(b),
            BinaryOp::Pow => v(a).powf(v(b)),
            BinaryOp::Lt => f64::from(v(a) < v(b)),
            _ => f64::NAN,
        },
        Node::Call(Function::If, a) => v(&a[if v(&a[0]) == 0.0 { 2 } else { 1 }]),
        Node::Call(Function::Of(function), a) => {
            let a = v(&a[0]);
            match function {
                Elementary::Log => a.ln(),
                Elementary::Exp => a.exp(),
                Elementary::Sqrt => a.sqrt(),
                Elementary::Abs => a.abs(),
                Elementary::Logit => (a / (1.0 - a)).ln(),
                Elementary::Expit => 1.0 / (1.0 + (-a).exp()),
                Elementary::Sin => a.sin(),
                Elementary::Cos => a.cos(),
                Elementary::Tanh => a.tanh(),
                Elementary::Atanh => a.atanh(),
                Elementary::Normcdf => 0.5 * statrs::function::erf::erfc(-a / 2f64.sqrt()),
                Elementary::Norminv => -(2f64.sqrt()) * statrs::function::erf::erfc_inv(2.0 * a),
                Elementary::Floor => a.floor(),
                Elementary::Ceil => a.ceil(),
                Elementary::Round => a.round(),
                Elementary::Sign => a.signum() * f64::from(a != 0.0),
            }
        }
        _ => f64::NAN,
    }
}

#[test]
fn an_isolated_equation_gives_back_its_right_side() {
    for left in [
        "x",
        "log(x)",
        "dlog(x)",
        "diff(x)",
        "growth(x)",
        "diff(logit(x))",
        "2 * x - 1",
        "1 - x",
        "3 / x",
        "a / (x + a)",
        "sqrt(x)",
        "exp(-x)",
        "x ^ 1.5",
        "2 ^ x",
        "log(x / a) - a",
        "movavg(x, 3)",
        "expit(x)",
        "tanh(x / 3)",
        "atanh(x) / 2",
        "normcdf(x - a)",
        "norminv(x)",
        "dlog(x * a)",
        "x ^ 3",
        "(x - 5) ^ -1",
        "x - a * x",
        "log((x + a) / 2 - x / 3) + 1",
        "a * (x - 2 * (1 - x)) - -x",
    ] {
        let equation = parse_equation(&format!("{left} = r")).expect(left);
        let lhs = equation.lhs.expand(Frequency::Annual).expect(left);
        let of = |x: f64| {
            move |name: &str, lag: u32| match (name, lag) {
                ("x", 0) => x,
                ("x", lag) => 0.4 + 0.05 * f64::from(lag),
                ("a", _) => 1.7,
                _ => 0.37,
            }
        };
        let isolated = isolate(&lhs, "x", equation.rhs.clone()).expect(left);
        let x = value(&isolated.value, &of(f64::NAN));
        assert!((value(&lhs, &of(x)) - 0.37).abs() < 1e-12, "{left}: x = {x}");
        for (transformed, known) in isolated.aliases {
            let (a, b) = (value(&transformed, &of(x)), value(&known, &of(f64::NAN)));
            assert!((a - b).abs() < 1e-12, "{left}: {transformed} = {a}, not {b}");
        }
    }
}

#[test]
fn what_cannot_be_isolated_says_why() {
    let solve = |left: &str| {
        let lhs = parse_expression(left).expect(left).expand(Frequency::Annual).expect(left);
        isolate(&lhs, "x", Expr::number(1.0)).expect_err(left).to_string()
    };
    assert!(solve("x * x").contains("more than once, and not in a linear way"));
    assert!(solve("y").contains("does not have x"));
    assert!(solve("max(x, 1)").contains("max() has no inverse"));
    assert!(solve("x ^ 2").contains("an even power has no inverse"));
    assert!(solve("(1 - x) ^ -4").contains("an even power has no inverse"));
    assert!(solve("x ^ a").contains("a power that is no number has no inverse"));
}

/// Left sides that can be solved for `x`.
fn left_side() -> impl Strategy<Value = Expr> {
    use BinaryOp::{Add, Div, Mul, Pow, Sub};
    let number = || prop_oneof![0.2..3.0f64, -3.0..-0.2f64].prop_map(Expr::number);
    let other = move || {
        prop_oneof![
            number(),
            (1..3u32).prop_map(|lag| Expr::name("x", lag)),
            Just(Expr::name("a", 0))
        ]
    };
    let once = Just(Expr::name("x", 0));
    let linear = (number(), other()).prop_map(|(slope, rest)| {
        let term = Expr::binary(Mul, slope, Expr::name("x", 0));
        Expr::binary(Sub, Expr::binary(Add, Expr::name("x", 0), rest), term)
    });
    prop_oneof![3 => once, 1 => linear].boxed().prop_recursive(5, 6, 1, move |inner| {
        let op = || prop::sample::select(vec![Add, Sub, Mul, Div]);
        let function = prop::sample::select(vec![
            Function::Of(Elementary::Log),
            Function::Of(Elementary::Exp),
            Function::Of(Elementary::Sqrt),
            Function::Of(Elementary::Logit),
            Function::Of(Elementary::Expit),
            Function::Diff,
            Function::Growth,
        ]);
        let powers = prop::sample::select(vec![-3.0, -1.0, -0.5, 0.5, 1.5, 2.5, 3.0]);
        prop_oneof![
            (op(), inner.clone(), other()).prop_map(|(op, a, b)| Expr::binary(op, a, b)),
            (op(), other(), inner.clone()).prop_map(|(op, a, b)| Expr::binary(op, a, b)),
            (inner.clone(), powers).prop_map(|(a, power)| Expr::binary(
                Pow,
                a,
                Expr::number(power)
            )),
            (0.2..3.0f64, inner.clone()).prop_map(|(a, b)| Expr::binary(Pow, Expr::number(a), b)),
            (function, inner).prop_map(|(f, a)| Expr::call(f, a)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    /// Whatever the left side, the value that is isolated makes it the right side again.
    #[test]
    fn isolation_then_evaluation_gives_the_residual(lhs in left_side(), x in 0.3..2.5f64) {
        let lhs = lhs.expand(Frequency::Annual).expect("short lags");
        let of = |x: f64| move |name: &str, lag: u32| match (name, lag) {
            ("x", 0) => x,
            ("x", lag) => 1.1 - 0.2 * f64::from(lag),
            _ => 1.7,
        };
        let right = value(&lhs, &of(x));
        // How much the left side moves with x: what is flat there cannot be undone in numbers.
        let slope = (value(&lhs, &of(x * (1.0 + 1e-7))) - right) / (1e-7 * right.abs());
        prop_assume!(right.is_finite() && (1e-4..1e6).contains(&slope.abs()));
        let isolated = isolate(&lhs, "x", Expr::number(right)).expect("it can be solved");
        let again = value(&isolated.value, &of(f64::NAN));
        let residual = value(&lhs, &of(again)) - right;
        let scale = right.abs().max(1.0) * slope.abs().max(1.0);
        prop_assert!(residual.abs() < 1e-9 * scale, "{} = {}: {} {}", lhs, right, again, residual);
    }
}

#[test]
fn every_function_is_told_to_those_who_write_equations() {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    for (index, text) in [
        ("src/expr/mod.rs", include_str!("mod.rs")),
        ("docs/plan-format.md", include_str!("../../docs/plan-format.md")),
    ] {
        let told = words(text);
        for function in Function::signatures() {
            let name = function.name.to_owned();
            assert!(told.contains(&name), "{index} does not tell of {name}(): {}", function.words);
        }
    }
}

#[test]
fn a_function_is_read_by_its_name_and_takes_its_arguments() {
    for function in Function::signatures() {
        let call = |count: usize| format!("{}({})", function.name, vec!["1"; count].join(", "));
        let read = parse_expression(&call(function.least)).expect(function.name);
        assert_eq!(read.to_string(), call(function.least));
        assert!(parse_expression(&call(function.most + 1)).is_err(), "{}", function.name);
        assert!(is_reserved(function.name));
        let parsed = Function::named(function.name, None).expect("known");
        assert_eq!(parsed.name(), function.name);
    }
}
