"""Models in the languages of other programs against solutions of our own, and of NumPy and SciPy."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import fsolve
from scipy.special import expit, ndtr

import tinbergen as tb
from tinbergen.shell.cli import main

MODELS = Path(__file__).parents[1] / "models"

KLEIN = """
MODEL
COMMENT> Klein's Model I
COMMENT> as a small model of the United States
BEHAVIORAL> c
TSRANGE 1921 1 1941 1
EQ> c = a1 + a2*p + a3*TSLAG(p,1) + a4*(wp+wg)
COEFF> a1 a2 a3 a4
BEHAVIORAL> i
TSRANGE 1921 1 1941 1
EQ> i = b1 + b2*p + b3*TSLAG(p,1)
        + b4*TSLAG(k,1)
COEFF> b1 b2 b3 b4
BEHAVIORAL> wp
TSRANGE 1921 1 1941 1
EQ> wp = c1 + c2*x + c3*TSLAG(x,1) + c4*a
COEFF> c1 c2 c3 c4
IDENTITY> x
EQ> x = c + i + g
IDENTITY> p
EQ> p = x - t - wp
IDENTITY> k
EQ> k = TSLAG(k,1) + i
END
"""

# W. H. Greene, Econometric Analysis, prints these least squares of Klein's Model I.
PRINTED = {
    "c": (16.237, 0.193, 0.090, 0.796),
    "i": (10.126, 0.480, 0.333, -0.112),
    "wp": (1.497, 0.439, 0.146, 0.130),
}


@pytest.fixture(scope="module")
def klein():
    data = pd.read_csv(MODELS / "klein1" / "history.csv", index_col=0)
    return data.set_index(pd.PeriodIndex(data.index.astype(str), freq="Y"))


def coefficients(data):
    """Estimate the three equations by NumPy."""
    now, before = data.iloc[1:], data.shift(1).iloc[1:]
    one = np.ones(len(now))
    regressors = {
        "c": [one, now.p, before.p, now.wp + now.wg],
        "i": [one, now.p, before.p, before.k],
        "wp": [one, now.x, before.x, now.a],
    }
    return {
        name: np.linalg.lstsq(np.column_stack(columns), now[name], rcond=None)[0]
        for name, columns in regressors.items()
    }


def test_kleins_model_is_estimated_and_solved_as_by_numpy_and_as_printed(klein):
    model = tb.read_bimets(KLEIN, data=klein, periods="1921..1941")
    expected = coefficients(klein)
    for name, letter in (("c", "a"), ("i", "b"), ("wp", "c")):
        found = [model.parameters[f"{letter}{k}"].value for k in (1, 2, 3, 4)]
        assert np.allclose(found, expected[name], rtol=1e-9)
        assert np.allclose(found, PRINTED[name], atol=6e-4)
    assert [note.kind for note in model.notes].count("assumed") == 3
    assert "least squares over 1921..1941" in model.parameters["a1"].source
    runs = model.over("1921..1941").simulate(1, seed=1)["baseline"]
    a, b, c = expected["c"], expected["i"], expected["wp"]
    last = klein.iloc[0]
    state = {"p": last.p, "k": last.k, "x": last.x}
    for t in range(21):
        row = klein.iloc[t + 1]

        def gaps(v, row=row, before=state):
            cn, i, wp, x, p, k = v
            return [
                a[0] + a[1] * p + a[2] * before["p"] + a[3] * (wp + row.wg) - cn,
                b[0] + b[1] * p + b[2] * before["p"] + b[3] * before["k"] - i,
                c[0] + c[1] * x + c[2] * before["x"] + c[3] * row.a - wp,
                cn + i + row.g - x,
                x - row.t - wp - p,
                before["k"] + i - k,
            ]

        # The model is linear.
        constant = np.array(gaps(np.zeros(6)))
        slopes = np.column_stack([gaps(unit) - constant for unit in np.eye(6)])
        solved = np.linalg.solve(slopes, -constant)
        found = [runs[name][t, 0] for name in ("c", "i", "wp", "x", "p", "k")]
        assert np.allclose(found, solved, rtol=1e-8)
        state = {"p": solved[4], "k": solved[5], "x": solved[3]}


def test_an_estimation_that_is_not_done_here_is_left_out_unless_its_coefficients_are_given(klein):
    text = KLEIN.replace("COEFF> a1 a2 a3 a4", "COEFF> a1 a2 a3 a4\nERROR> AUTO(2)")
    model = tb.read_bimets(text, data=klein, periods="1921..1941")
    assert model.indicators["c"].equation is None
    said = [note.message for note in model.notes.of("unmapped")]
    assert any("ERROR>" in text and "c is exogenous for that" in text for text in said)
    given = {"a1": 16.0, "a2": 0.2, "a3": 0.1, "a4": 0.8}
    model = tb.read_bimets(text, data=klein, periods="1921..1941", coefficients=given)
    assert model.indicators["c"].equation == "c ~ a1 + a2 * p + a3 * p[-1] + a4 * (wp + wg)"
    assert model.parameters["a4"].value == 0.8


def test_identities_with_conditions_are_one_equation():
    text = """MODEL
IDENTITY> k
EQ> k = TSLAG(k,1) + i
IF> i > 0
IDENTITY> k
EQ> k = TSLAG(k,1)
IF> i <= 0
IDENTITY> s
EQ> TSDELTALOG(s) = TSDELTAP(i,1)/1000 + MOVAVG(i,2) - TSDELTA(i)
END"""
    i = [3.0, 1.0, -2.0, 4.0]
    data = pd.DataFrame(
        {"i": i, "k": [10.0, np.nan, np.nan, np.nan], "s": [1.0, np.nan, np.nan, np.nan]},
        index=pd.period_range("2000", periods=4, freq="Y"),
    )
    model = tb.read_bimets(text, data=data, periods="2001..2003")
    runs = model.simulate(1, seed=1)["baseline"]
    assert runs["k"][:, 0].tolist() == [11, 11, 15]
    level = 1.0
    for t in (1, 2, 3):
        step = 0.1 * (i[t] / i[t - 1] - 1) + (i[t] + i[t - 1]) / 2 - (i[t] - i[t - 1])
        level *= np.exp(step)
        assert runs["s"][t - 1, 0] == pytest.approx(level, rel=1e-12)


DYNARE = """
// a multiplier and an accelerator
var y c i g $g$ (long_name='government');
varexo e_g u;
parameters alpha, beta, rho, level;
alpha = 0.6; beta = 0.3; rho = 0.8;
level = 20*(1 - rho);
model;
  # wealth = c(-1)/2;
  [name='income'] y = c + i + g;
  c = alpha*y(-1) + u;        % consumption
  /* the accelerator
     of Samuelson */
  0 = beta*(c - 2*wealth) - i;
  log(g) = rho*log(g(-1)) + log(20)*(1-rho) + e_g;
end;
initval; y = 50; c = 30; i = 0; g = 20; end;
shocks;
  var u; periods 2 4:5; values 1 (2+1);
  var e_g; stderr 0.05;
end;
steady;
stoch_simul(order=1, periods=12);
"""


def test_a_dynare_file_is_the_recursion_that_numpy_computes():
    model = tb.read_dynare(DYNARE)
    assert str(model.periods) == "1001..1012"
    assert model.indicators["g"].label == "government"
    assert model.indicators["i"].equation is not None
    runs = model.simulate(50, seed=3)["baseline"]
    e, u = runs["e_g"], np.zeros(12)
    u[1], u[3:5] = 1, 3
    y, c, g = np.full(50, 50.0), np.full(50, 30.0), np.full(50, 20.0)
    for t in range(12):
        before = c
        c = 0.6 * y + u[t]
        i = 0.3 * (c - before)
        g = np.exp(0.8 * np.log(g) + np.log(20) * (1 - 0.8) + e[t])
        y = c + i + g
        assert np.allclose(runs["y"][t], y, rtol=1e-12)
        assert np.allclose(runs["i"][t], i, atol=1e-12)
    assert abs(e.std() - 0.05) < 0.006  # 600 draws; five standard errors
    assert [note.sources for note in model.notes.of("unmapped")] == [("line 22: steady",)]
    assert any("1..12 are the years 1001..1012" in note.message for note in model.notes)


def test_leads_of_a_dynare_file_are_left_out_by_name():
    text = """var c r y; varexo e; parameters b;
b = 0.9;
model;
c = c(+1) - r;
r = b*r(-1) + e;
y = 2*r;
end;"""
    model = tb.read_dynare(text, periods="2001..2003")
    assert model.indicators["r"].equation == "r = b * r[-1] + e"
    (note,) = [note for note in model.notes.of("unmapped") if note.values]
    assert note.message.startswith("c(+1) is a lead; leads are not solved for")
    assert note.values["line"] == 4
    assert note.indicators == ("c",)


def test_predetermined_stocks_covariances_and_missing_parameters():
    text = """var k i; predetermined_variables k; varexo a b; parameters d, gone;
d = 0.1;
model;
k(+1) = (1-d)*k + i;
i = 3 + a + b;
end;
histval; k(0) = 10; end;
shocks; var a = 0.04; var b; stderr 0.3; var a, b = 0.03; end;"""
    model = tb.read_dynare(text, periods="2001..2002")
    # What Dynare calls k(+1) is the stock at the end of the period.
    assert model.indicators["k"].equation == "k = (1 - d) * k[-1] + i"
    assert model.shocks["a"].distribution == tb.normal(0, 0.2)
    assert model.correlations["a", "b"] == pytest.approx(0.5)
    missing = text.replace("i = 3 +", "i = gone +")
    model = tb.read_dynare(missing, periods="2001..2002")
    assert any("the parameter gone has no value" in note.message for note in model.notes)


FRML = """
£ a small model of our own
FRML <STOC> DLOG(C) = 0.4*DLOG(Y) - 0.1*(LOG(C(-1)) - LOG(Y(-1)) + 0.3) $
FRML <IDENT> Y = C + I + G $
FRML <Z,EXO> I = (0.1*Y(-1)*(1+I_A))*(1-I_D) +
   I_X*I_D $
FRML <IDENT> U = NORMCDF(LOGIT_INVERSE(Y/C) - 1) + MAX(0, PCT_GROWTH(Y)) $
FRML <CALC_ADD_FACTOR> I_A = I - 0.1 $
FRML <IDENT> W = QGAMMA(Y) $
"""


def test_formulas_of_modelflow_are_solved_as_by_scipy():
    index = pd.period_range("2000", periods=4, freq="Y")
    data = pd.DataFrame(
        {
            "C": [60.0, np.nan, np.nan, np.nan],
            "Y": [90.0, np.nan, np.nan, np.nan],
            "G": [20.0, 21, 22, 23],
            "I_A": 0.05,
            "I_D": [0.0, 0, 1, 0],
            "I_X": [0.0, 0, 12, 0],
        },
        index=index,
    )
    model = tb.read_frml(FRML, data=data, periods="2001..2003")
    runs = model.simulate(1, seed=1)["baseline"]
    c, y = 60.0, 90.0
    for t, (g, d, x) in enumerate([(21, 0, 0), (22, 1, 12), (23, 0, 0)]):
        i = 0.1 * y * 1.05 * (1 - d) + x * d

        def gap(v, c0=c, y0=y, i=i, g=g):
            right = 0.4 * np.log(v[1] / y0) - 0.1 * (np.log(c0) - np.log(y0) + 0.3)
            return [np.log(v[0] / c0) - right, v[0] + i + g - v[1]]

        new = fsolve(gap, [c, y], xtol=1e-13)
        u = ndtr(expit(new[1] / new[0]) - 1) + max(0, 100 * (new[1] / y - 1))
        c, y = new
        assert np.allclose([runs[n][t, 0] for n in "cyu"], [c, y, u], rtol=1e-9)
    said = [note.message for note in model.notes.of("unmapped")]
    assert any(text.startswith("qgamma() has no counterpart here") for text in said)
    assert any("CALC_ADD_FACTOR" in text for text in said)


# Random equations: Python evaluates those in whose language it computes as mathematics does; what EViews
# makes of signs and powers is computed by a reader of its own.


def _expression(draw, depth, power):
    kind = draw.integers(0, 9) if depth else draw.integers(0, 3)

    def inner():
        return _expression(draw, depth - 1, power)

    if kind == 0:
        return f"{draw.choice(['0.5', '2', '1.25', '3e-1', '.75'])}"
    if kind < 3:
        name = draw.choice(["x", "z"])
        lag = draw.integers(0, 3)
        return name if lag == 0 else f"{name}(-{lag})"
    if kind < 6:
        return f"{inner()} {draw.choice(['+', '-', '*', '/'])} {inner()}"
    if kind == 6:
        return f"-{inner()}"
    if kind == 7:
        return f"({inner()})"
    if kind == 8:
        return f"{draw.choice(['x', 'z'])}{power}{draw.choice(['2', '3', '-1'])}"
    template = draw.choice(["log(abs({}) + 1)", "max({}, {})", "exp(-abs({}))", "min({}, 1)"])
    return template.format(*(inner() for _ in range(template.count("{}"))))


NAMES = {"log": np.log, "exp": np.exp, "abs": np.abs, "max": max, "min": min}


def _python(text, series, t):
    """Evaluate a text as Python does, names with their lags replaced by numbers."""
    lagged = re.sub(r"\b([xz])\(-(\d)\)", lambda m: f"X['{m[1]}', {t - int(m[2])}]", text)
    plain = re.sub(r"\b([xz])\b(?!')", lambda m: f"X['{m[1]}', {t}]", lagged)
    values = {(name, k): v for name, column in series.items() for k, v in enumerate(column)}
    return eval(plain.replace("^", "**"), {"__builtins__": {}}, NAMES | {"X": values})


class _SignsFirst:
    """Signs, then powers, all from left to right."""

    def __init__(self, text, series, t):
        found = re.findall(r"[xz]\(-\d\)|\d*\.?\d+(?:e[-+]?\d+)?|[a-z]+|[-+*/^(),]", text)
        self.tokens, self.series, self.t = found, series, t

    def value(self):
        total = self.product()
        while self.tokens and self.tokens[0] in "+-":
            sign = self.tokens.pop(0)
            total = total + self.product() if sign == "+" else total - self.product()
        return total

    def product(self):
        total = self.power()
        while self.tokens and self.tokens[0] in "*/":
            sign = self.tokens.pop(0)
            total = total * self.power() if sign == "*" else total / self.power()
        return total

    def power(self):
        total = self.signed()
        while self.tokens and self.tokens[0] == "^":
            self.tokens.pop(0)
            total = total ** self.signed()
        return total

    def signed(self):
        token = self.tokens.pop(0)
        if token in "+-":
            return -self.signed() if token == "-" else self.signed()
        if token == "(":
            value = self.value()
            self.tokens.pop(0)
            return value
        if token in NAMES:
            self.tokens.pop(0)
            arguments = [self.value()]
            while self.tokens.pop(0) == ",":
                arguments.append(self.value())
            return NAMES[token](*arguments)
        if token[0] in "xz":
            lag = int(token[3]) if len(token) > 1 else 0
            return self.series[token[0]][self.t - lag]
        return float(token)


READERS = {
    "frml": ("**", lambda k, e: f"FRML <> Y{k} = {e.upper()} $", tb.read_frml),
    "bimets": ("^", lambda k, e: f"IDENTITY> y{k}\nEQ> y{k} = {_lags(e)}", tb.read_bimets),
    "dynare": ("^", lambda k, e: f"y{k} = {e};", tb.read_dynare),
    "eviews": ("^", lambda k, e: f"m.append y{k} = {e}", tb.read_eviews),
    "text": ("^", lambda k, e: f"y{k} = {e}", tb.read_text),
}


def _lags(text):
    return re.sub(r"\b([xz])\(-(\d)\)", r"TSLAG(\1,\2)", text)


@pytest.mark.parametrize("language", READERS)
def test_random_equations_mean_what_an_evaluation_in_python_says(language):
    power, written, read = READERS[language]
    draw = np.random.default_rng(11)
    count, length = 150, 6
    series = {name: draw.uniform(0.5, 2.0, length) for name in "xz"}
    index = pd.period_range("2000", periods=length, freq="Y")
    texts = [_expression(draw, 4, power) for _ in range(count)]
    lines = [written(k, text) for k, text in enumerate(texts)]
    if language == "dynare":
        names = " ".join(f"y{k}" for k in range(count))
        lines = [f"var {names}; varexo x z;", "model;", *lines, "end;"]
    if language == "bimets":
        lines = ["MODEL", *lines, "END"]
    model = read(
        "\n".join(lines) + "\n", data=pd.DataFrame(series, index=index), periods="2003..2005"
    )
    compared = 0
    runs = model.simulate(1, seed=1, keep=[f"y{k}" for k in range(count)])["baseline"]
    for k, text in enumerate(texts):
        assert model.indicators[f"y{k}"].equation is not None, text
        for t in range(3, length):
            with np.errstate(all="ignore"):
                try:
                    if language == "eviews":
                        expected = _SignsFirst(text, series, t).value()
                    else:
                        expected = _python(text, series, t)
                except (ZeroDivisionError, OverflowError):
                    continue
            found = runs[f"y{k}"][t - 3, 0]
            assert np.isclose(found, expected, rtol=1e-9, atol=1e-11), (text, found, expected)
            compared += 1
    assert compared > 2 * count


def test_a_model_of_any_language_survives_plain_text_and_toml(klein, tmp_path):
    models = [
        tb.read_bimets(KLEIN, data=klein, periods="1921..1941").over("1921..1941"),
        tb.read_eviews(
            "c(1) = 0.5\nscalar a = 2\nseries x = 3\ny = a*x + c(1)*y(-1)", periods="2001..2003"
        ),
        tb.read_text("periods 1..9\ndata x = 3; data y 0 = 1\ny = 0.5*y(-1) + x"),
    ]
    for model in models:
        assert tb.read_text(model.to_text()) == model
        model.save(tmp_path / "m.toml")
        assert tb.read_plan(tmp_path / "m.toml") == model


def test_plain_text_has_ranges_constants_counted_periods_and_several_statements_a_line():
    model = tb.read_text(
        """
        periods 1..4; parameter a = 0.5, b = 2
        data x = 3; data w 1..2 = 1; data w 3..4 = 5, 7
        data v 1 = 1, 2, 3, 4
        data y = 10                     # what it looks back to
        y = a * y(-1) + x; z = ln(x) + sign(w - 3) * floor(v / b) + mod(v, 2) + normcdf(0)
        label z a text; with a semicolon
        """
    )
    runs = model.simulate(1, seed=1)["baseline"]
    assert runs["y"][:, 0].tolist() == [8, 7, 6.5, 6.25]
    v = np.arange(1.0, 5)
    expected = np.log(3) + np.array([-1, -1, 1, 1]) * np.floor(v / 2) + v % 2 + 0.5
    assert np.allclose(runs["z"][:, 0], expected, rtol=1e-14)
    assert model.indicators["z"].label == "a text; with a semicolon"
    assert [note.message for note in model.notes] == [
        "periods are counted and have no date: 1..4 are the years 1001..1004"
    ]
    for wrong, said in (
        ("data x 1..3 = 1, 2", "2 values for the 3 periods of 1001..1003"),
        ("data x = a", 'expected a number, found "a"'),
        ("data x 5..3 = 1", "ends before it begins"),
    ):
        with pytest.raises(tb.ModelError, match=re.escape(said)):
            tb.read_text(f"periods 1..4\n{wrong}\ny = x")


def test_notes_that_say_the_same_are_printed_once():
    model = tb.read_eviews("show x\nshow z\ny = x", periods="2021..2021")
    assert repr(model.notes).splitlines()[0] == "unmapped: is a command, no equation (2 times)"
    assert len(model.notes.of("unmapped")) == 3


def test_import_check_ranks_what_misses_before_rounding_on_a_zero():
    def known(equation, *values):
        return tb.Indicator(equation=equation, history=dict(zip((2021, 2022), values, strict=True)))

    model = tb.Model(
        "m",
        "2021..2022",
        indicators={
            "a": known(None, 100.1, 100.1),
            "b": known(None, 100.1 + 2e-14, 100.1),
            "small": known(None, 1e-9, 2e-9),
            "zero": known("zero = (a - b) / a", 0, 0),
            "one": known("one = log(b / a)", 1e-17, 0),
            "tiny": known("tiny = 2 * small", 3e-9, 4e-9),
            "miss": known("miss = a + b", 200.3, 200.2),
        },
    )
    rows = list(model.import_check("2021..2022").rows())
    verdicts = {row["indicator"]: row["verdict"] for row in rows}
    assert {row["indicator"] for row in rows[:2]} == {"tiny", "miss"}
    assert verdicts["tiny"] == verdicts["miss"] == "does not hold"
    assert verdicts["zero"] == verdicts["one"] == "identity holds"
    assert all(row["relative"] < 1e-6 for row in rows[2:])


def test_tracking_says_what_is_missing_and_what_is_no_number():
    text = "periods 2021..2021\ndata y 2021 = 1\ndata x 2021 = -1\ny ~ log(x)\nz ~ y + w"
    model = tb.read_text(text)
    with pytest.raises(tb.ModelError) as error:
        model.track("2021..2021")
    said = str(error.value)
    assert "its right side is no number there" in said
    assert "the data have no value of z in 2021, w in 2021" in said


def test_the_shell_imports_a_model(tmp_path, capsys, klein):
    (tmp_path / "klein.mdl").write_text(KLEIN, encoding="utf-8")
    klein.to_csv(tmp_path / "klein.csv")
    out = tmp_path / "klein.toml"
    call = ["import", str(tmp_path / "klein.mdl"), str(tmp_path / "klein.csv"), "--out", str(out)]
    assert main(call) == 0
    said = capsys.readouterr()
    assert "klein, 1921..1941, 6 equations, 4 indicators without, 12 parameters" in said.out
    assert "klein.mdl:7: assumed: the coefficients a1, a2, a3, a4 were estimated" in said.err
    plan = tb.read_plan(out)
    expected = tb.read_bimets(KLEIN, data=klein, periods="1921..1941").over("1921..1941")
    mine, theirs = (m.simulate(1, seed=1)["baseline"]["x"] for m in (plan, expected))
    assert np.array_equal(mine, theirs)
    assert main(call) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert main([*call, "--force", "--periods", "1925..1930"]) == 0
    assert str(tb.read_plan(out).periods) == "1925..1930"
    given = [f"--coefficient=a{k}={value}" for k, value in enumerate((16, 0.2, 0.1, 0.8), 1)]
    assert main([*call, "--force", *given]) == 0
    assert tb.read_plan(out).parameters["a4"].value == 0.8


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("m.txt", "periods 2021..2022\ndata x = 1\ny = x", "text"),
        ("m.txt", DYNARE, "dynare"),
        ("m.txt", KLEIN, "bimets"),
        ("m.txt", FRML, "frml"),
        ("m.txt", "' a program\nm.append y = x", "eviews"),
        ("m.xml", "<model/>", "frbus"),
        ("m.pcim", "", "modelflow"),
    ],
)
def test_the_format_is_seen_by_its_name_or_its_text(name, text, format):
    assert tb._core.format_of(name, text.encode()) == format


def test_the_shell_says_what_it_cannot_find_out(tmp_path, capsys):
    (tmp_path / "m.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "m.prg").write_text("y = x", encoding="utf-8")
    out = ["--out", str(tmp_path / "plan.toml")]
    assert main(["import", str(tmp_path / "m.txt"), *out]) == 2
    assert "the format is not to be seen; give it" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "m.prg"), *out]) == 2
    assert "the periods are not to be seen from the data; give them" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "m.prg"), *out, "--periods", "2021..2022"]) == 1
    said = capsys.readouterr().err
    assert "m.prg: unmapped: x has neither an equation nor data" in said
