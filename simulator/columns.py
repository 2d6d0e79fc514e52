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
    table_in_a_table = is_dataclass(column) and not isinstance(column, type)
    return rows(column, which) if table_in_a_table else column[which]


def joined(tables: Sequence[Table]) -> Table:
    """Tables of one kind below each other."""
    first = tables[0]
    return replace(
        first,
        **{
            field.name: np.concatenate([getattr(table, field.name) for table in tables])
            for field in fields(first)
        },
    )


def times(seconds: Floats | Ints) -> list[str]:
    """Seconds since 1970 as the wire writes instants."""
    texts = np.datetime_as_string(np.asarray(seconds).astype("datetime64[s]"))
    return [f"{text}Z" for text in texts.tolist()]
