"""Files in, problems out, incrementally: the owned `Workspace` and its immutable `Snapshot`s."""

from koreo_analyzer.language.file_names import is_koreo_path
from koreo_analyzer.workspace.documents import SourceFile
from koreo_analyzer.workspace.owner import Workspace
from koreo_analyzer.workspace.snapshot import Snapshot
from koreo_analyzer.workspace.values import (
    Definition,
    FileEdit,
    FileFix,
    FileProblem,
    FileRelated,
    Settings,
    Statistics,
)

__all__ = [
    "Definition",
    "FileEdit",
    "FileFix",
    "FileProblem",
    "FileRelated",
    "Settings",
    "Snapshot",
    "SourceFile",
    "Statistics",
    "Workspace",
    "is_koreo_path",
]
