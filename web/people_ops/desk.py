"""Which part of the inbox belongs to whom."""

from retention.records.inbox import Desk
from retention.vocabulary import OwnerGroup, Role
from web.viewer import Viewer

GROUPS = {  # a manager answers for the whole team
    Role.PEOPLE_OPS: (OwnerGroup.PEOPLE_OPS,),
    Role.OPS_MANAGER: (OwnerGroup.OPS_MANAGER, OwnerGroup.PEOPLE_OPS),
    Role.ADMIN: (OwnerGroup.OPS_MANAGER, OwnerGroup.PEOPLE_OPS),
}


def desk_of(viewer: Viewer) -> Desk:
    """The viewer's inbox as it is now."""
    return Desk(actor=viewer.actor, groups=GROUPS.get(viewer.role, ()), now=viewer.clock.now())
