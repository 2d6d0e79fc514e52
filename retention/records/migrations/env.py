"""Alembic's entry: runs the migrations on the connection that `schema.migrate` hands over."""

from alembic import context

from retention.records.tables import METADATA

LOCK_TIMEOUT = "5s"  # a migration that cannot get its lock gives up rather than stop the platform


def run() -> None:
    """Each migration in one transaction, with a lock timeout."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()


run()
