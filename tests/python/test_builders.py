"""Models written in Python: the same as in a plan file, without loss."""

import dataclasses
import json
import math
import pickle
import re
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.language import PLAIN, RANDOM_COUNTS, SHIFTING
from oracle.processes import PROCESSES

import tinbergen as tb
from tinbergen import _core
from tinbergen.written.process import Process

SCHEMA = tb.schema()
ROOT = Path(__file__).parents[2]
DEFINITIONS = SCHEMA["$defs"]


def keys(schema):
    """All keys that a table may have, those of its variants included."""
    own = set(schema.get("properties", ()))
    for word in ("anyOf", "oneOf", "allOf"):
        for variant in schema.get(word, ()):
            own |= keys(variant)
    return own


def variants(schema):
    found = dict(schema.get("properties", {}))
    for word in ("anyOf", "oneOf", "allOf"):
        for variant in schema.get(word, ()):
            found |= variants(variant)
    return found


def names(part):
    return {field.name for field in dataclasses.fields(part)}


KINDS = {kind.kind for kind in tb.Distribution.__subclasses__()}


@pytest.mark.parametrize("part", [tb.Indicator, tb.Event, tb.Lever, tb.Target, tb.Relative,
                                  tb.Scenario, tb.Change])  # fmt: skip
def test_a_builder_has_the_fields_of_the_plan_file(part):
    assert names(part) == keys(DEFINITIONS[part.__name__])


def test_the_model_has_the_fields_of_the_plan_file():
    assert names(tb.Model) | {"schema"} == set(SCHEMA["properties"])


def test_quantities_parameters_and_shocks_have_the_fields_of_the_plan_file():
    assert names(tb.Quantity) | KINDS == keys(DEFINITIONS["WrittenTable"])
    assert names(tb.Parameter) | KINDS == keys(DEFINITIONS["WrittenParameterTable"])
    assert names(tb.Shock) - {"distribution"} | KINDS == keys(DEFINITIONS["Shock"])


def test_every_process_has_the_fields_of_the_plan_file():
    written = {
        variant["properties"]["kind"]["const"]: set(variant["properties"]) - {"kind"}
        for variant in DEFINITIONS["Process"]["oneOf"]
    }
    ours = {kind.kind: names(kind) for kind in get_args(Process)}
    assert ours == written, (
        "python/tinbergen/written/process.py has not the kinds of src/model/process/"
    )


def test_every_process_has_a_name_in_lower_case_and_the_defaults_of_the_plan_file():
    for kind in get_args(Process):
        assert getattr(tb.process, kind.kind) is kind
        assert {kind.kind, kind.__name__} <= set(tb.process.__all__)
        needed = {
            "by": 2025,
            "peak": 2025,
            "values": dict.fromkeys(range(2021, 2026), 1.0),
        }
        required = [f.name for f in fields(kind) if f.default is MISSING]
        written = {name: needed.get(name, 0.5) for name in required}
        process = kind(**written)
        variant = next(
            variant
            for variant in DEFINITIONS["Process"]["oneOf"]
            if variant["properties"]["kind"]["const"] == kind.kind
        )
        assert {*required, "kind"} == set(variant["required"]), kind
        # What Python leaves out is what the core leaves out: the defaults are the same.
        spelled = {f.name: getattr(process, f.name) for f in fields(kind)}
        given = {
            k: v for k, v in spelled.items() if v is not None and k not in ("by", "peak", "values")
        }
        own = {k: v for k, v in written.items() if k in ("by", "peak")}
        if "values" in written:
            own["values"] = {str(year): value for year, value in written["values"].items()}
        table = {"kind": kind.kind, **given, **own}
        plan = {
            "schema": 1,
            "name": "m",
            "periods": "2021..2025",
            "indicators": {"x": {"process": table}},
        }
        core = json.loads(_core.Model.from_json(json.dumps(plan)).to_json())
        assert set(core["indicators"]["x"]["process"]) == {"kind", *required}, kind


def test_every_process_is_in_the_docs_and_in_the_oracle():
    docs = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)`: ([\w, ]+) \|", docs, re.MULTILINE))
    for kind in get_args(Process):
        listed = [f.name for f in fields(kind)]
        assert told.get(kind.kind) == ", ".join(listed), f"docs/plan-format.md: {kind.kind}"
    oracle = "tests/python/oracle/processes.py has not the kinds of src/model/process/"
    assert set(PROCESSES) == {kind.kind for kind in get_args(Process)}, oracle


def test_every_function_is_in_the_oracle():
    text = (ROOT / "src" / "math" / "function.rs").read_text(encoding="utf-8")
    entries = text.split("elementary! {", 1)[1].split("\n}", 1)[0]
    functions = set(re.findall(r'^    \w+ "(\w+)":', entries, re.MULTILINE))
    text = (ROOT / "src" / "expr" / "function.rs").read_text(encoding="utf-8")
    entries = text.split("functions! {", 1)[1].split("\n}", 1)[0]
    functions |= set(re.findall(r'^ +\w+ "(\w+)" ', entries, re.MULTILINE))
    known = set(PLAIN) | set(SHIFTING) | set(RANDOM_COUNTS)
    assert len(functions) >= 20  # the lists were found
    assert functions == known, "tests/python/oracle/language.py"


def test_the_schema_accepts_the_shipped_plan_and_refuses_a_slip():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    plan = tomllib.loads(tb.plans.path().read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(plan)] == []
    plan["indicators"]["gdp"]["equatoin"] = "gdp = 1"
    assert len(list(validator.iter_errors(plan))) == 1


def test_the_shipped_plan_survives_toml_json_and_pickle():
    plan = tb.plans.yuecheng()
    assert tb.Model.from_toml(plan.to_toml()) == plan
    assert tb.Model.from_dict(plan.to_dict()) == plan
    assert pickle.loads(pickle.dumps(plan)) == plan
    assert hash(tb.Model.from_toml(plan.to_toml())) == hash(plan)


def test_a_model_in_python_is_the_model_of_the_plan_file():
    text = """
        schema = 1
        name = "one"
        periods = "2021..2025"
        [indicators.gdp]
        history = { 2020 = 1000 }
        process = { kind = "growth", mean = "trend", shock = "demand" }
        [parameters]
        trend = { normal = { mean = 0.06, sd = 0.01 } }
        [shocks.demand]
        normal = { mean = 0, sd = 0.02 }
        [[targets]]
        id = "a"
        indicator = "gdp"
        period = "2025"
        at_least = 1300
    """
    built = tb.Model(
        "one",
        "2021..2025",
        indicators={
            "gdp": tb.Indicator(
                history={2020: 1000}, process=tb.process.growth("trend", shock="demand")
            )
        },
        parameters={"trend": tb.normal(0.06, 0.01)},
        shocks={"demand": tb.normal(0, 0.02)},
        targets=[tb.Target("a", indicator="gdp", period=2025, at_least=1300)],
    )
    read = tb.Model.from_toml(text)
    assert built == read
    a, b = (m.simulate(100, seed=3)["baseline"]["gdp"] for m in (built, read))
    assert np.array_equal(a, b)


finite = st.floats(-1e12, 1e12, allow_nan=False)
positive = st.floats(1e-6, 1e6)
text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
notes = st.one_of(st.none(), text)
labels = st.one_of(st.none(), text, st.dictionaries(st.sampled_from(["en", "zh", "fr"]), text,
                                                    min_size=1))  # fmt: skip
distributions = st.one_of(
    st.builds(tb.normal, finite, positive),
    st.builds(tb.student_t, finite, positive, st.floats(2.1, 50)),
    st.builds(tb.two_piece_normal, finite, positive),
    st.builds(lambda a, b: tb.uniform(min(a, b), max(a, b) + 1), finite, finite),
    st.builds(tb.empirical, st.lists(finite, min_size=2, max_size=5)),
)
quantities = st.one_of(finite, distributions, st.builds(tb.Quantity, finite, notes, notes),
                       st.builds(tb.Quantity, distributions, notes, notes))  # fmt: skip
durations = st.one_of(
    st.integers(1, 9),
    st.builds(tb.Quantity, st.integers(1, 9), notes, notes),
    st.builds(lambda a, b: tb.uniform(min(a, b), max(a, b) + 1), positive, positive),
    st.builds(tb.empirical, st.lists(st.integers(1, 9), min_size=2, max_size=5)),
)
years = st.integers(1950, 2020)
terms = st.one_of(finite, st.sampled_from(["trend", "trend - 0.01"]))
processes = st.one_of(
    st.none(),
    st.builds(tb.process.growth, terms, persistence=terms, start=st.none() | quantities,
              shock=st.none() | st.just("demand")),
    st.builds(tb.process.share, terms, lower=st.just(0.0), upper=st.just(100.0)),
    st.builds(tb.process.count, terms, departures=terms, dispersion=st.none() | terms),
    st.builds(tb.process.trend_to, terms, by=st.integers(2021, 2030)),
    st.builds(tb.process.path, st.dictionaries(st.integers(2021, 2025), quantities, min_size=1)),
)  # fmt: skip
indicators = st.builds(
    tb.Indicator,
    label=labels,
    unit=notes,
    prices=st.none() | st.just("constant 2020"),
    process=processes,
    source=notes,
    assumption=notes,
    history=st.dictionaries(years, quantities, max_size=3),
)
targets = st.builds(
    tb.Target,
    st.uuids().map(str),
    indicator=st.just("gdp"),
    period=st.just("2021..2025"),
    of=st.sampled_from(["level", "change", "growth"]),
    over=st.sampled_from(["last", "sum", "mean", "min", "max", "every"]),
    at_least=st.one_of(finite, st.builds(tb.Relative, st.just("gdp"), times=finite, plus=finite)),
    nature=st.sampled_from(["binding", "expected"]),
    label=labels,
)
changes = st.one_of(
    st.builds(tb.Change, parameter=st.just("trend"), set=quantities, source=notes),
    st.builds(tb.Change, shock=st.just("demand"), periods=st.just("2022..2023"), add=finite),
    st.builds(
        tb.Change,
        indicator=st.just("gdp"),
        set=st.dictionaries(st.integers(2021, 2025), finite, min_size=1),
    ),
)
models = st.builds(
    tb.Model,
    text.filter(bool),
    st.just("2021..2025"),
    indicators=st.dictionaries(st.sampled_from(["gdp", "就业", "rd_share"]), indicators),
    parameters=st.dictionaries(st.just("trend"), quantities),
    shocks=st.dictionaries(st.just("demand"), distributions),
    events=st.dictionaries(
        st.just("pandemic"),
        st.builds(
            tb.Event,
            st.floats(0, 1) | st.just("trend"),
            size=st.just({"demand": tb.normal(-0.1, 0.01)}),
            duration=durations,
            overlap=st.booleans(),
        ),
    ),
    levers=st.dictionaries(
        st.just("subsidy"),
        st.builds(tb.Lever, st.just("trend"), range=st.just((0, 1)), cost=st.none() | terms),
    ),
    targets=st.lists(targets, max_size=2),
    scenarios=st.dictionaries(
        st.just("slump"),
        st.builds(tb.Scenario, st.lists(changes, max_size=2), label=labels,
                  probability=st.none() | st.floats(0, 1)),
    ),
    label=labels,
    description=notes,
    requires=st.sampled_from([None, "0.0", "0.1", "0.1.0"]),
    failed_paths=st.floats(0, 1),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(models)
def test_a_model_survives_toml(model):
    assert tb.Model.from_toml(model.to_toml()) == model


def test_numbers_of_numpy_are_numbers():
    assert tb.normal(np.float32(0.5), np.int64(2)) == tb.normal(0.5, 2.0)
    assert tb.empirical(np.array([1, 2])) == tb.empirical([1.0, 2.0])


def test_a_number_that_is_not_finite_is_a_model_error_with_its_address():
    model = tb.Model("a", "2021", parameters={"p": math.nan, "q": tb.normal(0, math.inf)})
    with pytest.raises(tb.ModelError) as caught:
        model.check()
    assert [problem.address for problem in caught.value.problems] == [
        "parameters.p",
        "parameters.q.normal.sd",
    ]


def test_a_part_of_the_wrong_type_is_a_model_error():
    with pytest.raises(tb.ModelError, match="cannot be written"):
        tb.Model("a", "2021", parameters={"p": object()}).check()


def test_all_problems_come_at_once_with_file_line_and_a_near_name(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(
        'schema = 1\nname = "a"\nperiods = "2021..2022"\n'
        '[indicators.gdp]\nhistory = { 2020 = 1 }\nequation = "gdp = gpd[-1]"\n'
        '[[targets]]\nid = "t"\nindicator = "gpd"\nperiod = "2022"\nat_least = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(tb.ModelError) as caught:
        tb.read_plan(file).check()
    problems = caught.value.problems
    assert all(problem.file == str(file) and problem.line for problem in problems)
    lines = {problem.address: problem.line for problem in problems}
    assert lines["indicators.gdp.equation"] == 6
    assert str(problems[-1]).startswith(f"{file}:9: targets[0].indicator: ")
    assert 'did you mean "gdp"?' in problems[-1].message
    assert str(caught.value) == "\n".join(map(str, problems))


def test_a_model_never_changes():
    model = tb.Model("a", "2021", parameters={"p": 1.0})
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.name = "b"
    with pytest.raises(TypeError):
        model.parameters["p"] = 2.0
    given = {"p": 1.0}
    other = tb.Model("a", "2021", parameters=given)
    given["p"] = 3.0
    assert other == model


def test_with_and_add_make_new_models(model):
    longer = model.with_(periods="2021..2030")
    assert longer.periods.last == tb.Period(2030)
    assert model.periods.last == tb.Period(2025)
    target = tb.Target("new", indicator="gdp", period=2025, at_least=1)
    more = model.add(target, shocks={"other": tb.normal(0, 1)})
    assert [t.id for t in more.targets][-1] == "new"
    assert list(more.shocks)[-1] == "other"
    assert len(model.targets) == 2
    with pytest.raises(ValueError, match="demand is there already"):
        model.add(shocks={"demand": tb.normal(0, 1)})
    assert model.add(shocks={"demand": tb.normal(0, 1)}, replace=True) != model
    with pytest.raises(ValueError, match="targets: new is there already"):
        more.add(target)
    with pytest.raises(TypeError, match="no field horizon"):
        model.with_(horizon=3)


def test_an_unknown_name_offers_the_nearest(model):
    with pytest.raises(tb.UnknownNameError, match='unknown indicator "gpd"; did you mean "gdp"'):
        model.indicators["gpd"]
    with pytest.raises(KeyError):
        model.parameters["trnd"]


def test_a_plan_file_is_written_whole(tmp_path, model):
    path = model.save(tmp_path / "plan.toml")
    assert tb.read_plan(path) == model
    assert [file.name for file in tmp_path.iterdir()] == ["plan.toml"]


def test_a_model_shows_itself_with_equations_and_targets(model):
    html = model._repr_html_()
    assert "dlog(gdp) ~ trend" in html
    assert "gdp-2025" in html
    broken = model.add(indicators={"x": tb.Indicator(equation="x = nowhere")})
    assert "does not compile" in broken._repr_html_()
    assert "&lt;b&gt;" in tb.Model("<b>", "2021")._repr_html_()


def test_labels_fall_back_to_a_language_that_is_there(model):
    gdp = model.indicators["gdp"]
    assert (gdp.text("zh"), gdp.text("fr")) == ("地区生产总值", "GDP")
    assert model.indicators["per_head"].text() is None


def test_the_plan_that_ships_has_outturns_apart():
    outturns = tb.plans.outturns()
    assert outturns.columns[:3] == ("indicator", "period", "value")
    last = max(tb.plans.yuecheng().indicators["gdp"].history)
    assert last == tb.Period(2020)
    assert all(tb.Period(period) > last for period in outturns["period"].tolist())
    with pytest.raises(tb.UnknownNameError, match="yuecheng"):
        tb.plans.path("yuechen")
