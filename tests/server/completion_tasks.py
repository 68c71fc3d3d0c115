"""Situations in which people ask for completions, each with the item that they want: the measure of the order.

A task is a file at work, in which the cursor stands (`$0`), beside the files of `WORKSPACE`. Texts are as half-typed as
they are at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

WORKSPACE = """\
#- crds/workload.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: workloads.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Workload, plural: workloads, singular: workload}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [image, size]
              properties:
                image: {type: string, description: The image that runs.}
                size: {type: string, enum: [small, medium, large]}
                replicas: {type: integer, default: 1}
                suspended: {type: boolean}
                ports:
                  type: array
                  items:
                    type: object
                    required: [name, number]
                    properties:
                      name: {type: string}
                      number: {type: integer}
                labels:
                  type: object
                  additionalProperties: {type: string}
            status:
              type: object
              properties:
                state: {type: object, x-kubernetes-preserve-unknown-fields: true}
#- naming.k.yaml
# Makes the names of everything that belongs to a workload.
@ValueFunction naming
spec:
  preconditions:
    - assert: =has(inputs.name) && has(inputs.environment)
      permFail: {message: name and environment are needed}
  locals:
    prefix: =inputs.environment == "production" ? "prod" : "dev"
  return:
    fullName: =locals.prefix + "-" + inputs.name
    labels:
      app.kubernetes.io/name: =inputs.name
    primary: =inputs.environment == "production"
#- sizing.k.yaml
@ValueFunction sizing-small
spec:
  return: {cpu: 100m, replicas: 1}
---
@ValueFunction sizing-large
spec:
  return: {cpu: "2", replicas: =inputs.replicas}
#- deployment.k.yaml
@ResourceFunction deployment-factory.v2
spec:
  apiConfig:
    apiVersion: apps/v1
    kind: Deployment
    name: =inputs.name
    namespace: =inputs.namespace
  resource:
    spec:
      replicas: =inputs.replicas
      template:
        spec:
          containers:
            - name: main
              image: =inputs.image
  return:
    ref: =resource.self_ref()
    ready: =resource.status.readyReplicas == resource.spec.replicas
---
@ResourceTemplate base-config
spec:
  template:
    apiVersion: v1
    kind: ConfigMap
    data: {}
"""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody types, and what should be offered for it."""

    title: str
    text: str
    wanted: str


def _value(lines: str) -> str:
    return (
        "@ValueFunction mine\nspec:\n  preconditions:\n    - assert: =inputs.port > 0\n"
        '      permFail: {message: no port}\n  locals:\n    mode: \'=inputs.production ? "live" : "test"\'\n'
        "    server: {host: localhost, port: 80, tls: true}\n    users: [{name: ada, age: 36}, {name: alan, age: 41}]\n"
        f"    annotations: {{example.com/owner: me}}\n  return:\n    url: =inputs.host + inputs.path\n{lines}\n"
    )


def _workflow(steps: str) -> str:
    return (
        "@Workflow mine\nspec:\n  crdRef: {apiGroup: example.com, version: v1, kind: Workload}\n  steps:\n"
        "    - label: names\n      ref: {kind: ValueFunction, name: naming}\n      inputs:\n"
        f"        name: =parent.metadata.name\n        environment: production\n{steps}\n"
    )


def _resource(lines: str, kind: str = "apps/v1\n    kind: Deployment") -> str:
    return (
        f"@ResourceFunction mine\nspec:\n  apiConfig:\n    apiVersion: {kind}\n    name: =inputs.name\n"
        f"    namespace: =inputs.namespace\n{lines}\n"
    )


def _step(lines: str) -> str:
    return _workflow("    - label: x\n" + indent(lines, "      "))


def _switch(cases: str) -> str:
    return _step("refSwitch:\n  switchOn: =parent.spec.size\n  cases:\n" + indent(cases, "    "))


def _body(lines: str, kind: str = "apps/v1\n    kind: Deployment") -> str:
    return _resource("  resource:\n    spec:\n" + indent(lines, "      "), kind)


def _container(lines: str) -> str:
    first, *more = lines.splitlines()
    rest = "".join(f"\n      {line}" for line in more)
    return _body(f"template:\n  spec:\n    containers:\n    - {first}{rest}")


def _precondition(lines: str) -> str:
    head = "@ValueFunction a\nspec:\n  preconditions:\n    - assert: =true\n"
    return head + indent(lines, "      ") + "\n"


def _tested(lines: str) -> str:
    head = "@FunctionTest a\nspec:\n  functionRef: {kind: ResourceFunction, name: deployment-factory.v2}\n"
    return head + indent(lines, "  ") + "\n"


def _test(lines: str) -> str:
    return (
        f"@FunctionTest naming-test\nspec:\n  functionRef: {{kind: ValueFunction, name: naming}}\n{lines}\n"
    )


_CALLED = """\
@ValueFunction called
spec:
  return:
    LINE
---
@Workflow caller
spec:
  steps:
    - label: calls
      ref: {kind: ValueFunction, name: called}
      inputs: {region: eu, owner: {team: blue, room: 7}}
"""
_SIZED = _workflow("""\
    - label: size
      ref: {kind: ValueFunction, name: sizing-large}
      inputs:
        LINE""")

EXPRESSIONS = (
    Task("the first name", _value("    a: =$0"), "inputs"),
    Task("a name by its beginning", _value("    a: =lo$0"), "locals"),
    Task("a name after an operator", _value("    a: =true && in$0"), "inputs"),
    Task("an input used elsewhere", _value("    a: =inputs.p$0"), "path"),
    Task("a local", _value("    a: =locals.$0"), "mode"),
    Task("a local by its beginning", _value("    a: =locals.se$0"), "server"),
    Task("a field of a local", _value("    a: =locals.server.$0"), "host"),
    Task("a number is wanted", _value("    a: =1 + locals.server.$0"), "port"),
    Task("a text is wanted", _value('    a: ="http://" + locals.server.$0'), "host"),
    Task("a condition is wanted", _value("    a: =locals.server.$0 ? 1 : 2"), "tls"),
    Task("a condition after and", _value("    a: =inputs.port > 80 && locals.server.$0"), "tls"),
    Task("the argument of a function", _value("    a: =timestamp(locals.server.$0)"), "host"),
    Task("a key in brackets", _value('    a: =locals.server["$0'), "host"),
    Task("a key in closed brackets", _value('    a: =locals.server["po$0"]'), "port"),
    Task("a name that needs brackets", _value("    a: =locals.annotations.ex$0"), "example.com/owner"),
    Task("one of the texts that a local can be", _value("    a: =locals.mode == $0"), "live"),
    Task("one of them, quoted", _value('    a: =locals.mode == "t$0'), "test"),
    Task("one of them, the other way round", _value('    a: ="$0" == locals.mode'), "live"),
    Task("one of them in a list", _value('    a: =locals.mode in ["live", "$0'), "test"),
    Task("quotes within YAML's", _value('    a: "=locals.mode != \'$0"'), "live"),
    Task("the variable of a macro", _value("    a: =locals.users.filter(user, us$0"), "user"),
    Task("a field of a macro's variable", _value("    a: =locals.users.map(user, user.$0)"), "name"),
    Task("a condition on a macro's variable", _value('    a: =locals.users.exists(u, u.name == "$0'), "ada"),
    Task("a comparison in a macro", _value("    a: =locals.users.filter(u, u.age > 40 && u.na$0"), "name"),
    Task("a macro on a list", _value("    a: =locals.users.ma$0"), "map"),
    Task("a macro that makes a condition", _value("    a: =!locals.users.ex$0"), "exists"),
    Task("a function on a text", _value("    a: =locals.server.host.spl$0"), "split"),
    Task(
        "a function that gives a condition", _value("    a: =locals.server.host.st$0 && true"), "startsWith"
    ),
    Task("a free function", _value("    a: =to_j$0"), "to_json"),
    Task("the size of a list", _value("    a: =locals.users.si$0"), "size"),
    Task("has", _value("    a: =ha$0"), "has"),
    Task("a function of a namespace", _value("    a: =math.gr$0"), "greatest"),
    Task("a namespace", _value("    a: =mat$0"), "math"),
    Task("an operator that is a word", _value("    a: =inputs.name i$0"), "in"),
    Task("a literal where a condition is wanted", _value("    a: =inputs.tls == true || tr$0"), "true"),
    Task("within an unclosed list", _value("    a: =[locals.server.po$0"), "port"),
    Task("a line of a block", _value("    a: |\n      =inputs.host +\n      locals.server.ho$0"), "host"),
    Task("a new line of a block", _value("    a: |\n      =inputs.tls &&\n      $0"), "inputs"),
    Task("after a question mark", _value("    a: '=inputs.tls ? locals.$0'"), "mode"),
    Task("a value called like its key", _value("    host: =$0"), "inputs.host"),
    Task("a precondition", "@ValueFunction a\nspec:\n  preconditions:\n    - assert: =$0\n", "inputs"),
    Task("the trigger's fields", _step("skipIf: =parent.$0"), "metadata"),
    Task("the trigger's spec", _step("inputs: {a: =parent.spec.$0"), "image"),
    Task("a condition of the trigger", _step("skipIf: =parent.spec.$0"), "suspended"),
    Task("a list of the trigger", _step("forEach: {itemIn: =parent.spec.$0"), "ports"),
    Task("an enum of the trigger", _step('skipIf: =parent.spec.size == "$0'), "large"),
    Task("metadata", _step("inputs: {a: =parent.metadata.na$0"), "name"),
    Task("the state", _step("inputs: {a: =parent.st$0"), "state"),
    Task("an earlier step", _step("inputs: {a: =steps.$0"), "names"),
    Task("a result", _step("inputs: {a: =steps.names.$0"), "fullName"),
    Task("a result that is a condition", _step("skipIf: =!steps.names.$0"), "primary"),
    Task("the value of a step", _workflow("      state:\n        name: =value.full$0"), "fullName"),
    Task("a field of the object", _resource("  return:\n    a: =resource.$0"), "metadata"),
    Task("its status", _resource("  return:\n    a: =resource.status.avai$0"), "availableReplicas"),
    Task(
        "a number of its status",
        _resource("  postconditions:\n    - assert: =resource.status.r$0 == 1"),
        "replicas",
    ),
    Task("a list of its status", _resource("  return:\n    a: =resource.status.cond$0"), "conditions"),
    Task("an item of it", _resource("  return:\n    a: =resource.status.conditions.map(c, c.ty$0"), "type"),
    Task("an input that only a caller gives", _CALLED.replace("LINE", "a: =inputs.re$0"), "region"),
    Task("a field of what a caller gives", _CALLED.replace("LINE", "a: =inputs.owner.$0"), "team"),
    Task("has, of an input", _value("    a: =has(inputs.pa$0"), "path"),
    Task(
        "with quotes after it that are not closed",
        _value('    a: =locals.mode == "$0 && inputs.port > 1'),
        "live",
    ),
    Task("before the rest of an expression", _value("    a: =locals.se$0.host + inputs.path"), "server"),
    Task("amid a name", _value("    a: =locals.us$0ers.size()"), "users"),
    Task("a second argument", _value("    a: =overlay(locals.server, locals.an$0"), "annotations"),
    Task("a value of a map", _value('    a: ={"x": locals.mo$0}'), "mode"),
    Task("by the first letters of words", _value("    a: =locals.server.host.sW$0"), "startsWith"),
    Task("where YAML is quoted once", _value("    a: 'first'\n    b: '=locals.$0\n    c: 1"), "mode"),
    Task(
        "a nested macro", _value("    a: =locals.users.filter(u, locals.users.exists(v, v.age > u.$0"), "age"
    ),
    Task("the item of a reduction", _value("    a: =locals.users.reduce(sum, u, 0, sum + u.$0"), "age"),
    Task("a conversion", _value('    a: ="port " + str$0'), "string"),
    Task("a step in brackets", _step('inputs:\n  a: =steps["$0'), "names"),
    Task(
        "the choice of a switch",
        _step("refSwitch:\n  switchOn: =parent.spec.$0"),
        "image",
    ),
    Task(
        "a step that has no Logic yet",
        _step("forEach:\n  itemIn: =parent.spec.$0"),
        "ports",
    ),
    Task("an input that must be a number", _SIZED.replace("LINE", "replicas: =parent.spec.$0"), "replicas"),
    Task("a name for the object", "@ResourceFunction a\nspec:\n  apiConfig:\n    name: =inp$0\n", "inputs"),
    Task(
        "a number of the body",
        _resource("  locals: {count: 3, s: x}\n  resource:\n    spec:\n      replicas: =locals.$0"),
        "count",
    ),
    Task(
        "a text of the body",
        _resource(
            "  locals: {count: 3, s: x}\n  resource:\n    spec:\n      serviceName: =locals.$0",
            "apps/v1\n    kind: StatefulSet",
        ),
        "s",
    ),
    Task("a Koreo function on it", _resource("  return:\n    a: =resource.self$0"), "self_ref"),
)

KEYS_AND_VALUES = (
    Task("a new file", "$0", "apiVersion"),
    Task("a new document by its kind", "Work$0", "Workflow"),
    Task("the kind", "apiVersion: koreo.dev/v1beta1\nkind: Res$0\n", "ResourceFunction"),
    Task("the version", "apiVersion: kor$0\n", "koreo.dev/v1beta1"),
    Task("a function's first key", "@ResourceFunction a\nspec:\n  $0\n", "apiConfig"),
    Task("a Workflow's first key", "@Workflow a\nspec:\n  $0\n", "steps"),
    Task("a key by its beginning", _value("  pre$0").replace("  preconditions", "  x"), "preconditions"),
    Task("the outcome of a precondition", _precondition("pe$0"), "permFail"),
    Task("the message", _precondition("skip:\n  $0"), "message"),
    Task("the first key of an entry", "@ValueFunction a\nspec:\n  preconditions:\n    - $0\n", "assert"),
    Task("an update", _resource("  update:\n    re$0"), "recreate"),
    Task("a step's label", _workflow("    - $0"), "label"),
    Task("a step's Logic", _step("r$0"), "ref"),
    Task("a step's kind", _step("ref:\n  kind: Val$0"), "ValueFunction"),
    Task("a step's function", _step("ref: {kind: ResourceFunction, name: $0"), "deployment-factory.v2"),
    Task("one of many functions", _step("ref:\n  kind: ValueFunction\n  name: siz$0"), "sizing-large"),
    Task(
        "a function by a word of its name",
        _step("ref:\n  kind: ValueFunction\n  name: sma$0"),
        "sizing-small",
    ),
    Task("an input", _step("ref: {kind: ValueFunction, name: naming}\ninputs:\n  $0"), "name"),
    Task(
        "the input that is missing",
        _workflow("        $0")
        .replace("name: =parent.metadata.name", "environment: dev", 1)
        .replace("        environment: production\n", ""),
        "name",
    ),
    Task(
        "an input of a resource",
        _step("ref: {kind: ResourceFunction, name: deployment-factory.v2}\ninputs:\n  im$0"),
        "image",
    ),
    Task(
        "the value of an input",
        _step("ref: {kind: ValueFunction, name: naming}\ninputs:\n  environment: $0"),
        "production",
    ),
    Task(
        "the trigger's kind",
        "@Workflow a\nspec:\n  crdRef:\n    apiGroup: example.com\n    version: v1\n    kind: $0\n",
        "Workload",
    ),
    Task("the trigger's group", "@Workflow a\nspec:\n  crdRef:\n    apiGroup: $0\n", "example.com"),
    Task("a managed kind", _resource("", "apps/v1\n    kind: Dep$0"), "Deployment"),
    Task("a managed kind, ambiguous", _resource("", "batch/v1\n    kind: $0"), "CronJob"),
    Task(
        "the version of a kind",
        "@ResourceFunction a\nspec:\n  apiConfig:\n    apiVersion: $0\n    kind: StatefulSet\n",
        "apps/v1",
    ),
    Task("an option of the object", _resource("    own$0"), "owned"),
    Task("a Boolean", _resource("    readonly: $0"), "true"),
    Task("a body", _resource("  resource:\n    $0"), "spec"),
    Task("required fields of a body first", _body("$0"), "selector"),
    Task("a field of a body", _body("template:\n  spec:\n    cont$0"), "containers"),
    Task("a field of an item", _container("na$0"), "name"),
    Task("a Boolean of a body", _body("paused: $0"), "true"),
    Task(
        "a field of an overlay",
        _resource("  overlays:\n    - overlay:\n        spec:\n          rep$0"),
        "replicas",
    ),
    Task("a field of a Service", _body("ports:\n  - tar$0", "v1\n    kind: Service"), "targetPort"),
    Task("a template", _resource("  resourceTemplateRef:\n    name: $0"), "base-config"),
    Task(
        "a template's data",
        "@ResourceTemplate a\nspec:\n  template:\n    apiVersion: v1\n    kind: ConfigMap\n    da$0\n",
        "data",
    ),
    Task("an own kind's field", _body("$0", "example.com/v1\n    kind: Workload"), "image"),
    Task("an own kind's enum", _body("size: sm$0", "example.com/v1\n    kind: Workload"), "small"),
    Task(
        "the tested function",
        "@FunctionTest a\nspec:\n  functionRef:\n    kind: ValueFunction\n    name: na$0\n",
        "naming",
    ),
    Task("a test's input", _test("  inputs:\n    $0"), "name"),
    Task("a test's other input", _test("  inputs:\n    name: x\n    $0"), "environment"),
    Task("a test's expectation", _test("  testCases:\n    - label: x\n      expectR$0"), "expectReturn"),
    Task(
        "what is returned",
        _test("  testCases:\n    - label: x\n      expectReturn:\n        fu$0"),
        "fullName",
    ),
    Task(
        "an override",
        _test("  inputs: {name: x, environment: y}\n  testCases:\n    - inputOverrides:\n        env$0"),
        "environment",
    ),
    Task("an outcome", _test("  testCases:\n    - expectOutcome:\n        perm$0"), "permFail"),
    Task("a wrong indentation", "@ValueFunction a\nspec:\n    locals:\n        x: 1\n    ret$0\n", "return"),
    Task("in flow style", _workflow("    - {label: x, ref: {ki$0"), "kind"),
    Task("in quotes", _step('ref:\n  kind: "Wor$0"'), "Workflow"),
    Task("an item to iterate", _step("forE$0"), "forEach"),
    Task("where broken text follows", _step("sk$0\n    - label: [y\nref"), "skipIf"),
    Task(
        "a case of a switch",
        _switch("- {case: small, kind: ValueFunction, name: sizing-small}\n- case: $0"),
        "large",
    ),
    Task(
        "a case's function", _switch("- {case: small, kind: ValueFunction, name: sizing-sm$0"), "sizing-small"
    ),
    Task("a container's resources", _container("name: a\n  reso$0"), "resources"),
    Task("a second key of an item", _container("name: a\n  $0"), "image"),
    Task("a field above others", _body("sel$0\ntemplate: {}\n  return: {a: 1}"), "selector"),
    Task("the object of a test", _tested("testCases:\n  - expectResource:\n      sp$0"), "spec"),
    Task("a field of a test's object", _tested("currentResource:\n  spec:\n    repl$0"), "replicas"),
    Task("a test's Boolean", _tested("testCases:\n  - expectDelete: $0"), "true"),
    Task(
        "an input given by a step's function",
        "@FunctionTest a\nspec:\n  functionRef: {kind: ValueFunction, name: sizing-large}\n  inputs:\n    $0\n",
        "replicas",
    ),
    Task(
        "an overlay's function",
        _resource("  overlays:\n    - overlayRef: {kind: ValueFunction, name: nam$0"),
        "naming",
    ),
    Task(
        "an overlay's inputs",
        _resource(
            "  overlays:\n    - overlayRef: {kind: ValueFunction, name: sizing-large}\n      inputs:\n        $0"
        ),
        "replicas",
    ),
    Task("a key before a value that is there", _workflow("    - lab$0: x"), "label"),
    Task("a deletion", _resource("  delete:\n    $0"), "destroy"),
    Task("a delay", _resource("  create:\n    de$0"), "delay"),
    Task("a condition's key", _step("cond$0"), "condition"),
    Task(
        "the kind of an overlay",
        _resource("  overlays:\n    - overlayRef:\n        kind: $0"),
        "ValueFunction",
    ),
    Task("a second document", _value("") + "---\nFunctionT$0\n", "FunctionTest"),
    Task(
        "what to ignore",
        "@ValueFunction a\nspec:\n  return: {a: =inputs.a} # koreo: ignore[unused-l$0\n",
        "unused-local",
    ),
)

TASKS = (*EXPRESSIONS, *KEYS_AND_VALUES)
