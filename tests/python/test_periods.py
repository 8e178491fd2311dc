"""Periods and spans: text, arithmetic, and other libraries' dates."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinbergen import Period, Span
from tinbergen.basics.mapping import Series

_PER_YEAR = {"annual": 1, "quarterly": 4, "monthly": 12}


def periods(first_year=1, last_year=9999):
    return st.builds(
        lambda frequency, year, part: Period.from_ordinal(
            frequency, year * _PER_YEAR[frequency] + part % _PER_YEAR[frequency]
        ),
        st.sampled_from(sorted(_PER_YEAR)),
        st.integers(first_year, last_year),
        st.integers(0, 11),
    )


@given(periods())
def test_a_period_survives_printing_and_reading(period):
    assert Period(str(period)) == period
    assert eval(repr(period)) == period


@given(periods(1700, 2200))
def test_a_period_survives_pandas(period):
    assert Period(period.to_pandas()) == period


@given(periods(201, 9798), st.integers(-200, 200))
def test_adding_and_subtracting_cancel(period, n):
    assert (period + n) - n == period
    assert (period + n) - period == n
    assert (period + n > period) == (n > 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2025, "2025"),
        (np.int64(2025), "2025"),
        ("2025Q4", "2025-Q4"),
        ("2025-q4", "2025-Q4"),
        ("2025-M3", "2025-03"),
        (" 2025-12 ", "2025-12"),
        (pd.Period("2025Q4", freq="Q"), "2025-Q4"),
        (pd.Period("2025-12", freq="M"), "2025-12"),
        (pd.Period("2025", freq="Y"), "2025"),
        (np.datetime64("2025"), "2025"),
        (np.datetime64("1969-12"), "1969-12"),
    ],
)
def test_every_usual_spelling_is_read(value, text):
    assert str(Period(value)) == text


@pytest.mark.parametrize(
    "value",
    [dt.date(2025, 11, 30), dt.datetime(2025, 11, 30, 12), pd.Timestamp("2025-11-30"),
     np.datetime64("2025-11-30")],
)  # fmt: skip
def test_a_date_needs_a_frequency_and_lies_in_a_period_of_each(value):
    assert [str(Period(value, f)) for f in _PER_YEAR] == ["2025", "2025-Q4", "2025-11"]
    with pytest.raises(ValueError, match="say which period"):
        Period(value)


@pytest.mark.parametrize(
    "text", ["", "20", "2025-13", "2025-Q5", "2025-Q0", "0000", "2025-W05", "2025-1", "二〇二五"]
)
def test_text_that_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="is not a period"):
        Period(text)


@pytest.mark.parametrize("value", [None, True, 2025.0, object()])
def test_what_is_no_period_at_all_is_a_type_error(value):
    with pytest.raises(TypeError, match="is not a period"):
        Period(value)


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a >= b,
        Span,
        lambda a, b: Series({a: 1.0, b: 2.0}),
    ],
)
def test_frequencies_do_not_mix(mix):
    with pytest.raises(ValueError, match="frequencies cannot be mixed"):
        mix(Period(2025), Period("2025-Q1"))


def test_periods_of_different_frequencies_are_not_equal():
    assert Period("2025") != Period("2025-01")
    assert Period(2025) != 2025


def test_an_unknown_frequency_and_another_one_than_asked_are_refused():
    with pytest.raises(ValueError, match='use "annual", "quarterly", "monthly"'):
        Period("2025", "weekly")
    with pytest.raises(ValueError, match="2025-Q1 is quarterly, not annual"):
        Period("2025-Q1", "annual")


def test_a_fiscal_year_of_pandas_is_refused():
    with pytest.raises(ValueError, match="Y-JUN"):
        Period(pd.Period("2025", freq="Y-JUN"))


def test_the_first_and_the_last_day_agree_with_pandas():
    for text in ("2024", "2024-Q1", "2024-Q4", "2024-02", "2024-12"):
        period = Period(text)
        known = period.to_pandas()
        assert (period.start, period.end) == (known.start_time.date(), known.end_time.date())


@pytest.mark.parametrize(
    "given",
    ["2021..2025", range(2021, 2026), pd.period_range("2021", "2025", freq="Y"),
     Span(2021, 2025), Span("2021", "2025")],
)  # fmt: skip
def test_a_span_is_read_from_all_its_forms(given):
    span = Span(given)
    assert str(span) == "2021..2025"
    assert len(span) == 5
    assert list(span)[-1] == Period(2025)
    assert 2023 in span
    assert "2026" not in span
    assert "2023-Q1" not in span


def test_a_span_survives_pandas():
    span = Span("2021-Q1..2035-Q4")
    assert Span(span.to_pandas()) == span


def test_a_span_that_ends_early_or_has_gaps_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        Span("2025..2021")
    with pytest.raises(ValueError, match="without gaps"):
        Span(range(2021, 2030, 2))


def test_a_history_may_be_a_pandas_series():
    index = pd.period_range("2019", periods=2, freq="Y")
    assert Series(pd.Series([1.0, 2.0], index=index)) == Series({2019: 1.0, 2020: 2.0})
    dates = pd.date_range("2019-01-01", periods=2, freq="QS")
    assert list(Series(pd.Series([1.0, 2.0], index=dates))) == [
        Period("2019-Q1"),
        Period("2019-Q2"),
    ]


def test_a_period_that_is_given_twice_is_refused():
    with pytest.raises(ValueError, match="2020 is given twice"):
        Series({2020: 1.0, "2020": 2.0})
