"""The five kinds of Koreo, described once (language sections 4 to 9).

Validation, the CustomResourceDefinitions, JSON Schema and the documentation of keys are all derived from what
stands here; see `schema.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language.shapes import (
    Boolean,
    Expressions,
    Field,
    Free,
    Integer,
    ListOf,
    Object,
    Place,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

API_GROUP: Final = "koreo.dev"
API_VERSION: Final = "koreo.dev/v1beta1"
ACTIVE_LABEL: Final = "koreo.dev/active"
READY: Final = "Ready"
"""The type of the condition that tells about a Workflow as a whole."""

VALUE_FUNCTION: Final = "ValueFunction"
RESOURCE_FUNCTION: Final = "ResourceFunction"
RESOURCE_TEMPLATE: Final = "ResourceTemplate"
WORKFLOW: Final = "Workflow"
FUNCTION_TEST: Final = "FunctionTest"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of Koreo document: its names in Kubernetes, its meaning, the shape of its `spec`."""

    name: str
    plural: str
    short_names: tuple[str, ...]
    doc: str
    spec: Object


LOGIC: Final = (RESOURCE_FUNCTION, VALUE_FUNCTION, WORKFLOW)
"""The kinds that a step can run."""
FUNCTIONS: Final = (RESOURCE_FUNCTION, VALUE_FUNCTION)
"""The kinds that a FunctionTest can run."""
_NAME = Text(min_length=1)


def _must_be_expression(place: Place) -> Text:
    return Text(Expressions.MUST, place)


def _may_be_expression(place: Place) -> Text:
    return Text(Expressions.MAY, place)


def _predicates(place: Place) -> ListOf:
    message = Field(
        _may_be_expression(place), "What people read in the condition; may be an expression.", required=True
    )
    return ListOf(
        Object(
            {
                "assert": Field(
                    _must_be_expression(place), "An expression that must be true.", required=True
                ),
                "ok": Field(Object(), "If the assertion is false, stop checking and go on successfully."),
                "skip": Field(
                    Object({"message": message}), "If the assertion is false, do not run, on purpose."
                ),
                "depSkip": Field(
                    Object({"message": message}), "If the assertion is false, a dependency is not ready."
                ),
                "retry": Field(
                    Object(
                        {
                            "message": message,
                            "delay": Field(Integer(0), "Seconds until the next try.", required=True),
                        }
                    ),
                    "If the assertion is false, try again after `delay` seconds.",
                ),
                "permFail": Field(
                    Object({"message": message}),
                    "If the assertion is false, stop until a definition or the trigger changes.",
                ),
            },
            exactly_one=("ok", "skip", "depSkip", "retry", "permFail"),
        ),
        max_items=20,
    )


def _locals(place: Place) -> Field:
    return Field(Free(place), "Named values for the rest of the function. A local cannot use another local.")


_VALUE_FUNCTION = Kind(
    VALUE_FUNCTION,
    "valuefunctions",
    ("vf",),
    "A pure function: checks its preconditions and computes a value.",
    Object(
        {
            "preconditions": Field(
                _predicates(Place.VALUE_PRECONDITION),
                "Checked in order; the first false one decides the outcome.",
            ),
            "locals": _locals(Place.VALUE_LOCALS),
            "return": Field(
                Free(Place.VALUE_RETURN), "The value. Absent or `{}`: null, and `locals` are not evaluated."
            ),
        },
        at_least_one=("preconditions", "return"),
    ),
)

_DELAY = Field(Integer(0), "Seconds until the next look.", default=30)

_API_CONFIG = Object(
    {
        "apiVersion": Field(
            _NAME, "API group and version of the resource, such as `apps/v1`.", required=True
        ),
        "kind": Field(_NAME, "Kind of the resource, such as `Deployment`.", required=True),
        "plural": Field(_NAME, "Plural name of the kind in the API; looked up in discovery when absent."),
        "namespaced": Field(Boolean(), "Whether the resource lives in a namespace.", default=True),
        "owned": Field(Boolean(), "Whether the trigger becomes an owner of the resource.", default=True),
        "readonly": Field(Boolean(), "Only read the resource, never create or change it.", default=False),
        "deleteIfExists": Field(
            Boolean(), "Delete the resource if it is there; wins over `readonly`.", default=False
        ),
        "name": Field(
            _may_be_expression(Place.IDENTITY), "Name of the resource; may be an expression.", required=True
        ),
        "namespace": Field(
            _may_be_expression(Place.IDENTITY),
            "Namespace of the resource; may be an expression. Required when namespaced.",
        ),
    }
)

_OVERLAY = Object(
    {
        "skipIf": Field(_must_be_expression(Place.OVERLAY_SKIP), "Leave this overlay out when true."),
        "overlay": Field(
            Free(Place.OVERLAY),
            "Merged over the target specification, mappings key by key; everything else replaces, a list as a whole. "
            "Expressions may use `resource`, the target so far.",
        ),
        "overlayRef": Field(
            Object(
                {
                    "kind": Field(Text(enum=(VALUE_FUNCTION,)), "Always `ValueFunction`.", required=True),
                    "name": Field(_NAME, "Name of the ValueFunction.", required=True),
                }
            ),
            "A ValueFunction whose return value is merged over the target specification, as `overlay` is.",
        ),
        "inputs": Field(Free(Place.OVERLAY_INPUTS), "Inputs of the function named by `overlayRef`."),
    },
    exactly_one=("overlay", "overlayRef"),
)

OVERLAY_KEYS: Final = frozenset(_OVERLAY.fields)
"""The keys that an overlay can have."""
_NOTHING = Object()

_RESOURCE_FUNCTION = Kind(
    RESOURCE_FUNCTION,
    "resourcefunctions",
    ("rf",),
    "Manages or reads one Kubernetes resource: the only place with side effects.",
    Object(
        {
            "preconditions": Field(
                _predicates(Place.PRECONDITION), "Checked in order; the first false one decides the outcome."
            ),
            "locals": _locals(Place.LOCALS),
            "apiConfig": Field(
                _API_CONFIG, "Which resource: its kind, its name and how it is treated.", required=True
            ),
            "resource": Field(Free(Place.TARGET), "The target specification, written inline."),
            "resourceTemplateRef": Field(
                Object(
                    {
                        "name": Field(
                            _may_be_expression(Place.TEMPLATE_NAME),
                            "Name of a ResourceTemplate; may be an expression.",
                            required=True,
                        )
                    }
                ),
                "The target specification, taken from a ResourceTemplate.",
            ),
            "overlays": Field(
                ListOf(_OVERLAY),
                "Merged over the target specification, in order: mappings key by key; everything else replaces, a list "
                "as a whole.",
            ),
            "create": Field(
                Object(
                    {
                        "enabled": Field(Boolean(), "Create the resource when it is absent.", default=True),
                        "delay": _DELAY,
                        "overlay": Field(
                            Free(Place.CREATE_OVERLAY, nullable=True),
                            "Applied at creation only, not compared afterwards.",
                        ),
                    }
                ),
                "What to do when the resource is absent.",
                default={"enabled": True, "delay": 30},
            ),
            "update": Field(
                Object(
                    {
                        "patch": Field(Object({"delay": _DELAY}), "Patch the resource."),
                        "recreate": Field(
                            Object({"delay": _DELAY}), "Delete the resource, to be created anew."
                        ),
                        "never": Field(_NOTHING, "Leave the resource as it is."),
                    },
                    exactly_one=("patch", "recreate", "never"),
                ),
                "What to do when the resource differs from its target specification.",
                default={"patch": {"delay": 30}},
            ),
            "delete": Field(
                Object(
                    {
                        "abandon": Field(_NOTHING, "Leave the resource, without the owner reference."),
                        "destroy": Field(_NOTHING, "Delete the resource."),
                    },
                    exactly_one=("abandon", "destroy"),
                ),
                "What happens to the resource once this function no longer runs for its trigger.",
            ),
            "postconditions": Field(
                _predicates(Place.POSTCONDITION), "Checked against the resource that the API server holds."
            ),
            "return": Field(Free(Place.RETURN), "The value for later steps. Absent or `{}`: null."),
        },
        exactly_one=("resource", "resourceTemplateRef"),
        schema_exactly_one=False,
    ),
)

_RESOURCE_TEMPLATE = Kind(
    RESOURCE_TEMPLATE,
    "resourcetemplates",
    ("rt",),
    "A static resource body that a ResourceFunction loads by name.",
    Object(
        {
            "template": Field(
                Free(resource=True), "The resource body. Static: nothing in it is evaluated.", required=True
            ),
            "context": Field(Free(nullable=True), "Free-form data about the template."),
        }
    ),
)

_CASE = Object(
    {
        "case": Field(
            Text(pattern="^($|[^=])", rule="may not be an expression"),
            "The value of `switchOn` for this case.",
            required=True,
        ),
        "default": Field(Boolean(), "Take this case when no other matches.", default=False),
        "kind": Field(Text(enum=LOGIC), "Kind of the Logic to run.", required=True),
        "name": Field(_NAME, "Name of the Logic to run.", required=True),
    }
)

_STEP = Object(
    {
        "label": Field(
            Text(
                min_length=3, max_length=45, pattern="^[A-Za-z0-9_]+$", rule="letters, digits and underscores"
            ),
            "The name of the step; later steps read its value as `steps.LABEL`.",
            required=True,
        ),
        "ref": Field(
            Object(
                {
                    "kind": Field(Text(enum=LOGIC), "Kind of the Logic to run.", required=True),
                    "name": Field(_NAME, "Name of the Logic to run.", required=True),
                }
            ),
            "The Logic to run: a function or another Workflow.",
        ),
        "refSwitch": Field(
            Object(
                {
                    "switchOn": Field(
                        _must_be_expression(Place.STEP_SWITCH),
                        "A string or a whole number that chooses the case.",
                        required=True,
                    ),
                    "cases": Field(ListOf(_CASE, 1, 10), "The Logic to run for each value.", required=True),
                }
            ),
            "Chooses the Logic to run by a value.",
        ),
        "skipIf": Field(_must_be_expression(Place.STEP_SKIP), "Skip this step when true."),
        "forEach": Field(
            Object(
                {
                    "itemIn": Field(
                        _must_be_expression(Place.STEP_ITEMS), "The list to run over.", required=True
                    ),
                    "inputKey": Field(_NAME, "The input that holds the item.", required=True),
                }
            ),
            "Runs the Logic once per item of a list; the value is the list of values.",
        ),
        "inputs": Field(
            Free(Place.STEP_INPUTS), "What the Logic sees as `inputs`, a sub-Workflow as `parent`."
        ),
        "condition": Field(
            Object(
                {
                    "type": Field(
                        Text(
                            max_length=40,
                            pattern="^[A-Z][a-zA-Z0-9]+$",
                            rule="PascalCase: letters and digits",
                        ),
                        "Type of the condition on the trigger.",
                        required=True,
                    ),
                    "name": Field(
                        Text(max_length=60, pattern="^($|[^=])", rule="may not be an expression"),
                        "What messages call this step.",
                        required=True,
                    ),
                }
            ),
            "Shows the step's outcome as a condition of the trigger.",
        ),
        "state": Field(
            Free(Place.STEP_STATE, max_properties=10),
            "Merged into the trigger's `status.state`; may use `value`.",
        ),
    },
    exactly_one=("ref", "refSwitch"),
)

STEP_KEYS: Final = frozenset(_STEP.fields)
"""The keys that a step can have."""

_WORKFLOW = Kind(
    WORKFLOW,
    "workflows",
    ("wf",),
    "A graph of steps, each running a function or another Workflow.",
    Object(
        {
            "crdRef": Field(
                Object(
                    {
                        "apiGroup": Field(Text(), "API group of the trigger.", required=True),
                        "version": Field(Text(), "API version of the trigger.", required=True),
                        "kind": Field(Text(), "Kind of the trigger.", required=True),
                    }
                ),
                "The kind of object that triggers this Workflow. Without it the Workflow is a sub-Workflow.",
            ),
            "steps": Field(
                ListOf(_STEP, 1, 20), "The steps, each after those whose values it uses.", required=True
            ),
        }
    ),
)

_MESSAGE = Field(Text(), "Text that the message must contain, in any case; `''` matches any.", required=True)
_OUTCOME = Object(
    {
        "ok": Field(Free(nullable=True), "Any success."),
        "skip": Field(Object({"message": _MESSAGE}), "Skipped on purpose."),
        "depSkip": Field(Object({"message": _MESSAGE}), "A dependency was not ready."),
        "retry": Field(
            Object(
                {
                    "message": _MESSAGE,
                    "delay": Field(Integer(0), "The delay in seconds; 0 matches any.", required=True),
                }
            ),
            "Try again later.",
        ),
        "permFail": Field(Object({"message": _MESSAGE}), "Failed until something changes."),
    },
    exactly_one=("ok", "skip", "depSkip", "retry", "permFail"),
)

_TEST_CASE = Object(
    {
        "label": Field(Text(), "Name of the case in reports."),
        "variant": Field(
            Boolean(), "What this case does or changes is not carried to the next one.", default=False
        ),
        "skip": Field(Boolean(), "Do not run this case.", default=False),
        "inputOverrides": Field(Free(), "Deep-merged into the inputs, and carried forward."),
        "currentResource": Field(
            Free(resource=True), "Replaces the object in the simulated API before the run."
        ),
        "overlayResource": Field(
            Free(Place.TEST_OVERLAY),
            "Merged over the object before the run; expressions may use `inputs` and `resource`.",
        ),
        "expectResource": Field(
            Free(resource=True, not_empty=True), "The object after a create or patch, exactly."
        ),
        "expectDelete": Field(Boolean(), "Whether a delete was attempted."),
        "expectReturn": Field(Free(not_empty=True), "The returned value, exactly."),
        "expectOutcome": Field(_OUTCOME, "The kind of outcome, and a part of its message."),
    },
    exactly_one=("expectResource", "expectDelete", "expectReturn", "expectOutcome"),
    schema_exactly_one=False,
)

_FUNCTION_TEST = Kind(
    FUNCTION_TEST,
    "functiontests",
    ("ft",),
    "Tests one function through a sequence of control-loop iterations.",
    Object(
        {
            "functionRef": Field(
                Object(
                    {
                        "kind": Field(
                            Text(enum=FUNCTIONS),
                            "Kind of the function.",
                            required=True,
                        ),
                        "name": Field(_NAME, "Name of the function.", required=True),
                    }
                ),
                "The function under test.",
                required=True,
            ),
            "inputs": Field(Free(), "Inputs of the first case, carried forward."),
            "currentResource": Field(
                Free(resource=True), "The object that the simulated API holds at first."
            ),
            "testCases": Field(
                ListOf(_TEST_CASE, max_items=20), "Run in order, each one run of the control loop."
            ),
        }
    ),
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (_VALUE_FUNCTION, _RESOURCE_FUNCTION, _RESOURCE_TEMPLATE, _WORKFLOW, _FUNCTION_TEST)
}
"""The kinds by name."""
