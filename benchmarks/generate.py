"""Writes a workspace of a chosen size to measure on: every module has files, words and numbers of its own."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

_WORDS = (
    "amber",
    "birch",
    "cobalt",
    "delta",
    "ember",
    "fennel",
    "garnet",
    "hazel",
    "indigo",
    "juniper",
    "kelp",
    "lotus",
    "maple",
    "nectar",
    "onyx",
    "poppy",
    "quartz",
    "raven",
    "sable",
    "thistle",
    "umber",
    "violet",
    "willow",
    "yarrow",
    "zinnia",
)

_SHARED = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: labels
spec:
  preconditions:
  - assert: =has(inputs.name) && inputs.name != ""
    permFail:
      message: ="a name is needed for " + inputs.owner
  return:
    app.kubernetes.io/name: =inputs.name
    app.kubernetes.io/managed-by: =inputs.owner
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: labels
spec:
  functionRef: {kind: ValueFunction, name: labels}
  inputs: {name: shop, owner: platform}
  testCases:
  - expectReturn:
      app.kubernetes.io/name: shop
      app.kubernetes.io/managed-by: platform
"""

_CONFIG = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: @name-config
spec:
  preconditions:
  - assert: =inputs.replicas >= @number
    permFail:
      message: ="too few replicas of @word, " + string(inputs.replicas)
  - assert: =inputs.tier in ["@word", "@other", "plain"]
    skip:
      message: ="no such tier, " + inputs.tier
  locals:
    @wordFactor: '=inputs.tier == "@word" ? 4 : (inputs.tier == "@other" ? 2 : 1)'
    @otherPorts: =inputs.ports.filter(port, port > @number000)
  return:
    replicas: =inputs.replicas * locals.@wordFactor
    ports: =locals.@otherPorts.map(port, port + 1)
    title: =inputs.tier + "-@word-" + string(inputs.replicas)
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: @name-config
spec:
  functionRef:
    kind: ValueFunction
    name: @name-config
  inputs:
    replicas: @number
    tier: @word
    ports: [@number001, 80]
  testCases:
  - label: @word is the largest
    expectReturn:
      replicas: @four
      ports: [@number002]
      title: @word-@word-@number
  - label: unknown tiers are skipped
    variant: true
    inputOverrides:
      tier: enormous
    expectOutcome:
      skip:
        message: no such tier
"""

_DEPLOYMENT = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceTemplate
metadata:
  name: @name-template
spec:
  template:
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      labels:
        tier: @word
    spec:
      template:
        spec:
          containers:
          - name: @other
            image: base
---
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: @name-deployment
spec:
  locals:
    selector:
      app: =inputs.name
      @word: "@other"
  apiConfig:
    apiVersion: apps/v1
    kind: Deployment
    plural: deployments
    name: =inputs.name + "-@word"
    namespace: =inputs.namespace
  resourceTemplateRef:
    name: @name-template
  overlays:
  - overlay:
      metadata:
        labels: =resource.metadata.labels.overlay(inputs.labels)
      spec:
        replicas: =inputs.replicas
        selector:
          matchLabels: =locals.selector
        template:
          metadata:
            labels: =locals.selector
          spec:
            containers:
            - name: @other
              image: =inputs.image
  update:
    patch:
      delay: @number
  postconditions:
  - assert: |
      =has(resource.status.readyReplicas)
        && resource.status.readyReplicas == resource.spec.replicas
    retry:
      message: ="waiting for @word of " + inputs.name
      delay: 10
  return:
    ready: =resource.status.readyReplicas
    ref: =resource.self_ref()
"""

_WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: @name
spec:
  crdRef:
    apiGroup: bench.example.com
    version: v1
    kind: @kind
  steps:
  - label: labels
    ref:
      kind: ValueFunction
      name: labels
    inputs:
      name: =parent.metadata.name
      owner: =parent.spec.@wordOwner
  - label: config
    ref:
      kind: ValueFunction
      name: @name-config
    inputs:
      replicas: =parent.spec.replicas
      tier: =parent.spec.tier
      ports: =parent.spec.ports
  - label: deployment
    skipIf: =parent.spec.replicas == 0
    ref:
      kind: ResourceFunction
      name: @name-deployment
    inputs:
      name: =parent.metadata.name
      namespace: =parent.metadata.namespace
      labels: =steps.labels
      replicas: =steps.config.replicas
      image: =parent.spec.image + ":@number"
    condition:
      type: Deployment
      name: The @word deployment
    state:
      ready: =value.ready
"""


def write(folder: Path, modules: int, seed: int) -> None:
    """Write a workspace of `modules` modules, three files each, and one function that all of them use."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "koreo.toml").write_text("", encoding="utf-8")
    (folder / "labels.k.yaml").write_text(_SHARED, encoding="utf-8")
    for number in range(modules):
        word, other = rng.sample(_WORDS, 2)
        name = f"{word}-{number}"
        size = rng.randint(1, 9)
        names = {
            "@name": name,
            "@kind": name.title().replace("-", ""),
            "@word": word,
            "@other": other,
            "@number": str(size),
            "@four": str(4 * size),
        }
        inside = folder / name
        inside.mkdir(exist_ok=True)
        for file, text in (("config", _CONFIG), ("deployment", _DEPLOYMENT), ("workflow", _WORKFLOW)):
            (inside / f"{file}.k.yaml").write_text(_filled(text, names), encoding="utf-8")


_STEPS = """\
  - label: settings_@number
    ref: {kind: ValueFunction, name: settings-@number}
    inputs:
      name: =parent.metadata.name + "-@word-@number"
      zone: =parent.spec.zone
      weight: =parent.spec.weight
  - label: map_@number
    ref: {kind: ResourceFunction, name: @word-@number}
    inputs: {settings: =steps.settings_@number}
    condition: {type: Part@number, name: Part @number}
    state: {part@number: =value.weight}
"""

_PART = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: settings-@number}
spec:
  preconditions:
  - assert: =inputs.name != ""
    permFail: {message: a name is needed}
  locals:
    full: =inputs.name + "." + inputs.zone
  return:
    name: =locals.full
    weight: =inputs.weight * 3
    labels: {zone: =inputs.zone, @word: =inputs.name}
---
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: @word-@number}
spec:
  locals:
    selector: {app: =inputs.settings.name}
  apiConfig:
    apiVersion: apps/v1
    kind: Deployment
    plural: deployments
    name: =inputs.settings.name
    namespace: bench
  resource:
    metadata:
      labels: =inputs.settings.labels
    spec:
      replicas: =inputs.settings.weight
      selector: {matchLabels: =locals.selector}
      template:
        metadata: {labels: =locals.selector}
        spec:
          containers:
          - name: @word
            image: registry.example.com/@word:1
            env: [{name: ZONE, value: =inputs.settings.labels.zone}]
  postconditions:
  - assert: =has(resource.spec.replicas)
    retry: {message: not there yet, delay: 5}
  return:
    weight: =resource.spec.replicas
"""


def write_steps(folder: Path, parts: int, seed: int) -> None:
    """Write one Workflow, `steps`, of `parts` ValueFunctions and as many managed Deployments, and its trigger."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "koreo.toml").write_text("", encoding="utf-8")
    steps = ""
    for number in range(parts):
        names = {"@number": str(number), "@word": rng.choice(_WORDS)}
        (folder / f"part-{number}.k.yaml").write_text(_filled(_PART, names), encoding="utf-8")
        steps += _filled(_STEPS, names)
    (folder / "workflow.k.yaml").write_text(
        "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {name: steps}\nspec:\n"
        "  crdRef: {apiGroup: bench.example.com, version: v1, kind: Steps}\n  steps:\n" + steps,
        encoding="utf-8",
    )
    (folder / "trigger.yaml").write_text(
        "apiVersion: bench.example.com/v1\nkind: Steps\n"
        "metadata: {name: app, namespace: bench, uid: 3a7c0d52-0000-4000-8000-000000000001}\n"
        "spec: {zone: north, weight: 2}\n",
        encoding="utf-8",
    )


def _filled(text: str, names: dict[str, str]) -> str:
    for mark, value in names.items():
        text = text.replace(mark, value)
    return text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("modules", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.modules, arguments.seed)
