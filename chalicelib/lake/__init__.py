"""The lake: every result as a row of a Parquet file in S3."""
