"""The graph engine: nodes, the DAG, its executors, recovery, limits, cache and metrics."""
