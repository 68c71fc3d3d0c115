"""CustomResourceDefinitions and schemas written short, for tests of what is made of them."""

from __future__ import annotations

from textwrap import indent

from koreo_analyzer.schemas import Field, KindSchema, fields, schemas_in_tree
from koreo_analyzer.yaml.parse import parse

_DIGITS = r"(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
QUANTITY = rf"^(\+|-)?{_DIGITS}(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?{_DIGITS}))?$"
"""The pattern that controller-gen writes for `resource.Quantity`."""

HEAD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
"""


def crd(spec: str) -> str:
    """Return the definition of Thing whose `spec` has this schema."""
    return HEAD + indent(spec.strip("\n") + "\n", " " * 14)


def thing(spec: str) -> KindSchema:
    """Return the schema of Thing whose `spec` has this schema."""
    return schema_of(crd(spec))


def schema_of(text: str) -> KindSchema:
    """Return the schema of the only version in a CustomResourceDefinition."""
    (found,) = schemas_in_tree(parse(text).root, "crd.yaml", "/w/crd.yaml")
    return found


def described(one: Field) -> str:
    """Return `name?: type (limits)` of a field."""
    limits = f" ({'; '.join(one.limits_text)})" if one.limits_text else ""
    path = "".join(step if step in ("[]", "{}") else f".{step}" for step in one.path)
    return f"{path[1:]}{'' if one.schema.required else '?'}: {one.type_text}{limits}"


def spec_fields(schema: KindSchema) -> list[str]:
    """Return what is known of everything in `spec`."""
    return [described(one) for one in fields(schema.written) if one.path[0] == "spec"]
