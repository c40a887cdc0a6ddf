"""Facts and tables in and out: workbooks, folders of CSV or Parquet, JSON lines."""
