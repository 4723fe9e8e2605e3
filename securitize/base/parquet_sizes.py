"""How much a Parquet file of somebody else would take in memory, from what it says of itself, before it is decoded."""

from __future__ import annotations

from securitize.base.messages import Message


def check_size(data: bytes, most_rows: int, most_bytes: int) -> None:
    """Raises ValueError where a file has more rows, or would take more bytes, than is read; pyarrow's errors too.

    A short file can repeat one long text a million times: the text is counted in every row in which it could stand.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(pa.BufferReader(data))
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    rows = max(metadata.num_rows, sum(group.num_rows for group in groups))
    if rows > most_rows:
        raise ValueError(Message("{rows:,} rows; at most {most_rows:,}", rows=rows, most_rows=most_rows))
    width = 8 * metadata.num_columns
    size = max(sum(group.total_byte_size for group in groups), rows * width)
    if size > most_bytes:
        raise ValueError(_too_large(size, most_bytes))
    texts = [
        k for k in range(metadata.num_columns) if metadata.schema.column(k).physical_type == "BYTE_ARRAY"
    ]
    if not texts:
        return
    names = [metadata.schema.column(k).path for k in texts]
    size += _size_of_texts(data, names, most_bytes - size, most_bytes)
    if size > most_bytes:
        raise ValueError(_too_large(size, most_bytes))


def _size_of_texts(data: bytes, names: list[str], left: int, most_bytes: int) -> int:
    """Bytes of the texts of columns, with repeated ones counted as often as they stand there."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    tops = list(dict.fromkeys(name.partition(".")[0] for name in names))
    packed = pq.ParquetFile(pa.BufferReader(data), read_dictionary=names)
    size = 0
    for batch in packed.iter_batches(batch_size=10_000, columns=tops):
        for column in batch.columns:
            if pa.types.is_dictionary(column.type):
                lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
                size += pc.sum(lengths).as_py() or 0
            else:
                size += column.nbytes
        if size > left:
            raise ValueError(_too_large(most_bytes - left + size, most_bytes))
    return size


def _too_large(size: int, most_bytes: int) -> Message:
    return Message("{size:,} bytes when decoded; at most {most_bytes:,}", size=size, most_bytes=most_bytes)
