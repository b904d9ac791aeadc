"""Every result as a row of Parquet files in S3."""
