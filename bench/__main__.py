"""`python -m bench [NAME …]`: measure ratios and print them as JSON lines; exit 1 when a target is missed."""

import sys

from bench import ingest, refresh
from bench.bed import database
from bench.rows import Row, report


def _ingest() -> list[Row]:
    with database() as bed:
        return ingest.rows(bed)


BENCHES = {"ingest": _ingest, "refresh": refresh.rows}


def main(wanted: list[str]) -> int:
    """Run the named benches, or all."""
    unknown = sorted(set(wanted) - BENCHES.keys())
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    measured = [row for name, bench in BENCHES.items() if name in wanted or not wanted for row in bench()]
    return 0 if report(measured, out=print) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
