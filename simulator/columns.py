"""Tables as columns: a day of every tutor is worked out at once, one numpy array a fact."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]
Table = TypeVar("Table", bound="DataclassInstance")


def rows(table: Table, which: Flags | Ints) -> Table:
    """Some rows of a table, chosen by a mask or by their places."""
    chosen = {field.name: _chosen(getattr(table, field.name), which) for field in fields(table)}
    return replace(table, **chosen)


def _chosen(column: Any, which: Flags | Ints) -> Any:
    return rows(column, which) if _is_table(column) else column[which]


def _is_table(column: Any) -> bool:
    return is_dataclass(column) and not isinstance(column, type)


def joined(tables: Sequence[Table]) -> Table:
    """Tables of one kind below each other."""
    first = tables[0]
    names = [field.name for field in fields(first)]
    return replace(first, **{name: _below([getattr(table, name) for table in tables]) for name in names})


def _below(columns: list[Any]) -> Any:
    return joined(columns) if _is_table(columns[0]) else np.concatenate(columns)


def times(seconds: Floats | Ints) -> list[str]:
    """Seconds since 1970 as the wire writes instants."""
    texts = np.datetime_as_string(np.asarray(seconds).astype("datetime64[s]"))
    return [f"{text}Z" for text in texts.tolist()]
