"""The Koreo language: its kinds, the meaning of a document, the uses of names in expressions."""

from koreo_analyzer.language.kinds import API_GROUP, API_VERSION, KINDS, Kind
from koreo_analyzer.language.schema import crd_definitions, json_schema

__all__ = ["API_GROUP", "API_VERSION", "KINDS", "Kind", "crd_definitions", "json_schema"]
