"""Types that flow: from a schema into the expressions of a document, and through its calls into others.

A function or Workflow is analysed for the types of its inputs; what it returns, and what cannot work, follows. The
analysis of one document asks for the results of those it runs through `World`, so that the workspace can remember
them. `check` types one expression, here are whole documents.
"""

from koreo_analyzer.flow.analysis import analyse, called_with
from koreo_analyzer.flow.asking import Demand, UseSite, demanded_type
from koreo_analyzer.flow.calls import is_made
from koreo_analyzer.flow.cases import inputs_of_test
from koreo_analyzer.flow.coverage import Cause, Coverage
from koreo_analyzer.flow.differences import LACKS, Difference, DifferenceCode
from koreo_analyzer.flow.infer import Inference
from koreo_analyzer.flow.interface import Interface, StepInterface
from koreo_analyzer.flow.model import (
    NOTHING_GIVEN,
    CallFlow,
    Flow,
    FlowCode,
    FlowProblem,
    Given,
    Kinds,
    LogicName,
    Result,
    World,
    is_failure,
)
from koreo_analyzer.flow.prepared import prepared
from koreo_analyzer.flow.share import Share, share_of
from koreo_analyzer.flow.trace import TraceStep, trace
from koreo_analyzer.flow.typing import TypedExpression, Typing
from koreo_analyzer.flow.workflows import trigger_type

__all__ = [
    "LACKS",
    "NOTHING_GIVEN",
    "CallFlow",
    "Cause",
    "Coverage",
    "Demand",
    "Difference",
    "DifferenceCode",
    "Flow",
    "FlowCode",
    "FlowProblem",
    "Given",
    "Inference",
    "Interface",
    "Kinds",
    "LogicName",
    "Result",
    "Share",
    "StepInterface",
    "TraceStep",
    "TypedExpression",
    "Typing",
    "UseSite",
    "World",
    "analyse",
    "called_with",
    "demanded_type",
    "inputs_of_test",
    "is_failure",
    "is_made",
    "prepared",
    "share_of",
    "trace",
    "trigger_type",
]
