"""Tables as pandas frames, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never, get_args

from securitize.base.errors import UsageError, printable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


#: How amounts and rates stand in a frame.
Money = Literal["decimal", "float"]


def to_pandas(table: pa.Table, money: Money = "decimal") -> pd.DataFrame:
    """The table as a frame whose money and rates are ``decimal.Decimal``, or float64 where ``money`` is ``"float"``.

    ================  =====================================================================
    money, rate       object column of Decimal; sums, group sums and products are exact
    integer           int64 (nullable: Int64)
    ratio             float64, null as NaN
    date              datetime64[ms], null as NaT
    text, boolean     text, bool
    ================  =====================================================================

    Decimal objects are slower than Arrow-backed decimals, but those round a quotient to a few digits without
    a word (a third of an amount comes out as 0.3333); a Decimal keeps 28, and refuses to meet a float. As float64 a
    column can be drawn; null is NaN then. Raises UsageError where ``money`` is neither word.
    """
    import pandas as pd
    import pyarrow as pa

    if money not in get_args(Money):
        raise UsageError(f'money={printable(money)}: write "decimal" or "float"')
    frame: pd.DataFrame = table.to_pandas(
        date_as_object=False, types_mapper={pa.int64(): pd.Int64Dtype()}.get, strings_to_categorical=False
    )
    plain = [field.name for field in table.schema if field.type == pa.int64() and not field.nullable]
    frame = frame.astype(dict.fromkeys(plain, "int64"))
    match money:
        case "decimal":
            return frame
        case "float":
            # From each Decimal: Arrow's own cast may miss the nearest float by a bit.
            for field in table.schema:
                if pa.types.is_decimal(field.type):
                    frame[field.name] = frame[field.name].map(float, na_action="ignore").astype("float64")
            return frame
        case _:
            assert_never(money)
