"""What is measured: one small pure module for each family of metrics; `catalogue` lists them all with their sources."""
