"""The operator's side of Linewatch; never bundled into the deployed functions."""
