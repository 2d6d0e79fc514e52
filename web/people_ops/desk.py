"""Which part of the inbox belongs to whom."""

from retention.records.inbox import GROUPS, Desk
from web.viewer import Viewer


def desk_of(viewer: Viewer) -> Desk:
    """The viewer's inbox as it is now."""
    return Desk(actor=viewer.actor, groups=GROUPS.get(viewer.role, ()), now=viewer.clock.now())
