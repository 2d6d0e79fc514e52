"""A request, an activity or a command is one transaction; nothing below them decides that."""

from pathlib import Path

from tests.architecture import doors, source


def test_the_house_commits_at_its_edges_only() -> None:
    assert doors.commits(source.ROOT) == []
    assert doors.transactions(source.ROOT) == []


def test_a_commit_below_the_edge_is_found(tmp_path: Path) -> None:
    source.plant(tmp_path, "retention/records/tasks.py", "session.commit()\n")
    source.plant(tmp_path, "web/tasks.py", "finish = session.commit\n")
    source.plant(tmp_path, doors.EDGES[0], "session.commit()\n")
    assert len(doors.commits(tmp_path)) == 2


def test_a_transaction_begun_below_the_edge_is_found(tmp_path: Path) -> None:
    source.plant(tmp_path, "retention/records/tasks.py", "with database.transaction() as session: ...\n")
    source.plant(tmp_path, "activities/tasks.py", "with database.transaction() as session: ...\n")
    assert doors.transactions(tmp_path) == [
        "retention/records/tasks.py:1: a transaction begun below the edge"
    ]
