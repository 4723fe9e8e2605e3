"""Tables as pandas frames, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """The table as a frame whose money and rates are ``decimal.Decimal``.

    ================  =====================================================================
    money, rate       object column of Decimal; sums, group sums and products are exact
    integer           int64 (nullable: Int64)
    ratio             float64, null as NaN
    date              datetime64[ms], null as NaT
    text, boolean     text, bool
    ================  =====================================================================

    Decimal objects are slower than Arrow-backed decimals, but those round a quotient to a few digits without
    a word (a third of an amount comes out as 0.3333); a Decimal keeps 28, and refuses to meet a float.
    """
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas(
        date_as_object=False, types_mapper={pa.int64(): pd.Int64Dtype()}.get, strings_to_categorical=False
    )
    plain = [field.name for field in table.schema if field.type == pa.int64() and not field.nullable]
    return frame.astype(dict.fromkeys(plain, "int64"))
