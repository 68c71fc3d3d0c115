"""From the schemas of Kubernetes resources to types: CustomResourceDefinitions, OpenAPI documents, built-in kinds.

Pure: documents and parts of files are handed in. `kinds` says what a source of schemas is, `conform` compares data
with a type from one.
"""

from koreo_analyzer.schemas.build import Builder, Dialect, View
from koreo_analyzer.schemas.computed import Computed
from koreo_analyzer.schemas.conform import Leniency, Mismatch, conforms, missing_text
from koreo_analyzer.schemas.crd import place, schemas_in_data, schemas_in_tree
from koreo_analyzer.schemas.fields import Field, fields, type_text
from koreo_analyzer.schemas.kinds import (
    Catalogue,
    KindFacts,
    KindName,
    KindSchema,
    SchemaList,
    SchemaSource,
)
from koreo_analyzer.schemas.openapi import Definitions, DefinitionSource, DefinitionTable, read_openapi
from koreo_analyzer.schemas.pack import Pack, PackError, ReadAt, write_pack
from koreo_analyzer.schemas.required import missing_fields
from koreo_analyzer.schemas.restrictions import MismatchCode
from koreo_analyzer.schemas.unknown import Unknown, malformed, stability, why_unknown

__all__ = [
    "Builder",
    "Catalogue",
    "Computed",
    "DefinitionSource",
    "DefinitionTable",
    "Definitions",
    "Dialect",
    "Field",
    "KindFacts",
    "KindName",
    "KindSchema",
    "Leniency",
    "Mismatch",
    "MismatchCode",
    "Pack",
    "PackError",
    "ReadAt",
    "SchemaList",
    "SchemaSource",
    "Unknown",
    "View",
    "conforms",
    "fields",
    "malformed",
    "missing_fields",
    "missing_text",
    "place",
    "read_openapi",
    "schemas_in_data",
    "schemas_in_tree",
    "stability",
    "type_text",
    "why_unknown",
    "write_pack",
]
