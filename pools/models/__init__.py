"""The nouns: what the product remembers. `docs/words.md` says what each word means."""

from pools.models.adoptions import Adoption
from pools.models.catalog import CatalogPart, Reading
from pools.models.chores import Chore
from pools.models.comments import Comment, Mention
from pools.models.deletions import Deletion
from pools.models.details import Attention, Detail
from pools.models.errands import Errand, Trouble
from pools.models.foundings import Founding
from pools.models.interventions import Intervention
from pools.models.orders import Decision, Order
from pools.models.pools import PhaseChange, Pool
from pools.models.probes import Probe
from pools.models.projects import Project
from pools.models.refits import Refit
from pools.models.resizes import Resize
from pools.models.stretches import Stretch
from pools.models.teams import Membership, Team, User
from pools.models.vitals import Presence, Tally
from pools.models.watches import Watch

__all__ = [
    "Adoption",
    "Attention",
    "CatalogPart",
    "Chore",
    "Comment",
    "Decision",
    "Deletion",
    "Detail",
    "Errand",
    "Founding",
    "Intervention",
    "Membership",
    "Mention",
    "Order",
    "PhaseChange",
    "Pool",
    "Presence",
    "Probe",
    "Project",
    "Reading",
    "Refit",
    "Resize",
    "Stretch",
    "Tally",
    "Team",
    "Trouble",
    "User",
    "Watch",
]
