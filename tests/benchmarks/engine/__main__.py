"""Fill the engine's table: `python -m tests.benchmarks.engine`."""

from __future__ import annotations

import argparse
import asyncio
import os

from tests.benchmarks.engine.measure import everything, memory


def main() -> None:
    """Measure and print, or measure one workload's memory for another process."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", description=__doc__)
    parser.add_argument("--nodes", type=int, default=1000, help="size of the graphs (default: 1000)")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each, in turns (default: 9)")
    parser.add_argument("--memory", metavar="WORKLOAD", help="print the MiB of one workload and end")
    options = parser.parse_args()
    if options.memory:
        print(memory(options.memory, options.nodes))
        return
    rows = asyncio.run(everything(options.nodes, options.rounds))
    print(f"load {os.getloadavg()[0]:.1f}, least of {options.rounds} runs each, taken in turns\n")
    print("| work | ours | floor or bound | ratio | to reach | |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.work} | {row.ours:.1f} {row.unit} | {row.floor:.1f} | {row.ratio:.2f} | <= {row.target:g} "
            f"| {'yes' if row.reached else 'NO'} |"
        )


if __name__ == "__main__":
    main()
