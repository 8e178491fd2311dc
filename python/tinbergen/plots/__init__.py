"""Charts for print, drawn with matplotlib (``pip install "tinbergen[plot]"``)."""

from tinbergen.plots.attainment import attainment
from tinbergen.plots.charts import write_charts
from tinbergen.plots.fans import compare, fan

__all__ = ["attainment", "compare", "fan", "write_charts"]
