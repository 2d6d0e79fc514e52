"""`python -m bench [NAME …]`: measure ratios and print them as JSON lines; exit 1 when a target is missed."""

import sys

from bench import (
    backtest,
    cases,
    coaching,
    deciding,
    explaining,
    feeding,
    first_sessions,
    forecasting,
    generating,
    ingest,
    judging,
    latency,
    memory,
    outbox,
    pages,
    refresh,
    replay,
    training_set,
)
from bench.bed import database
from bench.rows import Row, report
from retention.temporal.serving import leave


def _ingest() -> list[Row]:
    with database() as bed:
        return ingest.rows(bed)


BENCHES = {
    "ingest": _ingest,
    "generating": generating.rows,
    "feeding": feeding.rows,
    "refresh": refresh.rows,
    "first_sessions": first_sessions.rows,
    "training_set": training_set.rows,
    "forecasting": forecasting.rows,
    "memory": memory.rows,
    "latency": latency.rows,
    "pages": pages.rows,
    "cases": cases.rows,
    "replay": replay.rows,
    "coaching": coaching.rows,
    "outbox": outbox.rows,
    "judging": judging.rows,
    "deciding": deciding.rows,
    "explaining": explaining.rows,
    "backtest": backtest.rows,
}


def main(wanted: list[str]) -> int:
    """Run the named benches, or all, in their order. Lines come as soon as their bench is through."""
    unknown = sorted(set(wanted) - BENCHES.keys())
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    met = [report(BENCHES[name](), out=print) for name in BENCHES if name in wanted or not wanted]
    return 0 if all(met) else 1


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
