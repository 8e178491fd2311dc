"""Mappings as tables: columns of equal length, or series by period."""

import pytest

import tinbergen as tb


def test_series_by_period_are_series():
    data = tb.Data({"gdp": {2020: 100.0, 2021: 110.0}, "cpi": {2021: 2.0, 2022: 3.0}})
    assert data.names == ("gdp", "cpi")
    assert {str(period): value for period, value in data["cpi"].items()} == {
        "2021": 2.0,
        "2022": 3.0,
    }
    assert {str(period): value for period, value in data["gdp"].items()} == {
        "2020": 100.0,
        "2021": 110.0,
    }


def test_pandas_series_are_put_together_by_their_periods():
    pandas = pytest.importorskip("pandas")
    data = tb.Data(
        {
            "gdp": pandas.Series([100.0, 110.0], index=[2020, 2021]),
            "cpi": pandas.Series([2.0, 1.0], index=[2021, 2020]),
        }
    )
    assert data["cpi"]["2021"] == 2.0
    assert data["gdp"]["2021"] == 110.0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"year": [2020, 2021], "x": {5.0, 1.0}},
            "x is no column of values in their order, but set",
        ),
        ({"year": "2020", "x": "5"}, "year is no column of values"),
        ({"year": [2020], "x": 5}, "x is no column of values in their order, but int"),
        ({"x": {2020: 1.0}, "y": [1.0]}, "y is no mapping by period"),
    ],
)
def test_what_is_no_column_is_refused(columns, message):
    with pytest.raises(TypeError, match=message):
        tb.Data(columns)


def test_the_decimal_sign_of_text_in_a_frame_can_be_said():
    frame = {"year": [2020, 2021], "x": ["1.190", "2.250"]}
    with pytest.raises(tb.ModelError, match="say the decimal sign"):
        tb.Data(frame)
    assert tb.Data(frame, decimal=".")["x"]["2020"] == 1.19
    assert tb.Data(frame, decimal=",")["x"]["2020"] == 1190.0
