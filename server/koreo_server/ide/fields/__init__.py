"""Keys of data, followed through a workspace: from where a key is written to every expression that reads it, and back.

A *field* is a key of something that has a name: of the inputs of a function, of what it returns, of its locals, of
the state of a Workflow. Whole values are passed on (`inputs: {cfg: =steps.a}`), so one key can be a field of several
things; `follow` finds them all, and says where it had to give up.
"""

from koreo_server.ide.fields.follow import Followed, declarations, direct, follow
from koreo_server.ide.fields.model import Doubt, Field, Holder, Inputs, Locals, Result, Site
from koreo_server.ide.fields.places import fields_at, fields_of_member, fields_of_root

__all__ = [
    "Doubt",
    "Field",
    "Followed",
    "Holder",
    "Inputs",
    "Locals",
    "Result",
    "Site",
    "declarations",
    "direct",
    "fields_at",
    "fields_of_member",
    "fields_of_root",
    "follow",
]
