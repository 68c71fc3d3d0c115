"""Objects as expressions see them: what the API server holds of a kind, and what is there whatever its schema says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import ObjectType, Property, Type

if TYPE_CHECKING:
    from koreo_analyzer.schemas import KindSchema

IDENTITY: Final = frozenset({"apiVersion", "kind", "metadata"})
_SET: Final = ("generation", "namespace")
"""Fields of `metadata` that the server sets for nearly every kind, or that make no sense to ask for."""


def stored_type(schema: KindSchema) -> Type:
    """Return the type of an object of a kind that exists.

    Hardly a schema says that `spec` is required, and none that the server sets `metadata.generation`; who
    has to ask for these has to ask for everything.
    """
    stored = schema.stored
    if not isinstance(stored, ObjectType):
        return stored
    fields: dict[str, Property] = {}
    spec = stored.properties.get("spec")
    if spec is not None and not spec.required:
        fields["spec"] = present(spec)
    metadata = stored.properties.get("metadata")
    if metadata is not None and isinstance(metadata.type, ObjectType):
        inner = {
            name: present(metadata.type.properties[name])
            for name in _SET
            if name in metadata.type.properties
            and not (name == "namespace" and schema.facts.namespaced is False)
        }
        type_ = ObjectType({**metadata.type.properties, **inner}, metadata.type.open, metadata.type.name)
        fields["metadata"] = present(metadata, type_)
    # A schema without any field of its own is one that somebody has yet to write.
    is_stub = stored.properties.keys() <= IDENTITY
    return ObjectType({**stored.properties, **fields}, stored.open or is_stub, stored.name)


def present(field: Property, type_: Type | None = None) -> Property:
    """Return a field that is certainly there, with another type if one is given."""
    return Property(
        field.type if type_ is None else type_,
        required=True,
        doc=field.doc,
        origin=field.origin,
        limits=field.limits,
    )
