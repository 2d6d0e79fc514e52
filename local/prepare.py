"""`python -m local.prepare`: tables and namespaces, before a deployment's processes start. Repeatable."""

import os
import sys

from local import temporal_server
from local.leaving import leave
from retention.errors import Refusal
from retention.records import schema
from retention.settings import settings


def prepare() -> None:
    """Bring the tables and guides to the newest form, make Temporal's namespaces. Raises Refusal."""
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not owner_url:
        raise Refusal(
            "DATABASE_OWNER_URL is not set.",
            instead="Set it to the database's address for the role that owns the tables.",
        )
    told = settings()
    revision = schema.migrate(owner_url)
    guides = schema.publish_guides(owner_url)
    temporal_server.prepare(told.temporal_address, (told.temporal_namespace, told.temporal_upkeep_namespace))
    print(f"The tables are at {revision}; {len(guides)} guides were published; the namespaces are ready.")


if __name__ == "__main__":
    try:
        prepare()
    except Refusal as refused:
        print(refused, file=sys.stderr)
        leave(1)
    leave(0)
