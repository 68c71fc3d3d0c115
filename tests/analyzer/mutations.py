"""Seeded mutations of typed workspaces: one small mistake each, of the kinds that people make.

Every mutation knows the token that it spoils and the direct uses of it; a checker has to report a problem at one of
them. Whether a mutation makes the workspace wrong at all is reasoned out with `mutation_reading`, and one that
does not, or may not, comes with the reason instead.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from mutation_bodies import Bodies
from mutation_calls import Calls
from mutation_names import Names
from mutation_reading import read
from mutation_source import Edit, Mutation, NotCounted
from mutation_values import Place
from mutation_words import Words

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

__all__ = ["Edit", "Mutation", "NotCounted", "Place", "mutations"]


def mutations(snapshot: Snapshot, seed: int) -> list[Mutation | NotCounted]:
    """Return every mutation of a workspace: one for each token that a kind of mistake can spoil."""
    facts = read(snapshot)
    chance = random.Random(seed)
    return [one for family in (Names, Bodies, Calls, Words) for one in family(snapshot, facts, chance).all()]
