"""A table about a model, whose charts need the model's labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from tinbergen.basics.table import Table

if TYPE_CHECKING:
    from tinbergen.written.model import Model

__all__ = ["ModelTable"]


class ModelTable(Table):
    """A table that knows the model it is of, for labels in charts."""

    __slots__ = ("_model",)
    _few: ClassVar[tuple[str, ...]] = ()  # the columns that are shown unless the whole is asked for

    def __init__(self, columns: Mapping[str, Any], model: Model) -> None:
        super().__init__(columns, shown=self._few)
        self._model = model

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ({name: self[name] for name in self.columns}, self._model)
