"""Rules for controllers that nearly everybody uses, by the name under which `builtin` asks for them.

They are written as users write rules (docs/render.md), and read by the same reader.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEPLOYMENT = """
rules:
  - match: {apiVersion: apps/v1, kind: Deployment}
    set:
      status:
        observedGeneration: =object.metadata.generation
        replicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        updatedReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        readyReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        availableReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        conditions: |
          =(has(object.status.conditions) ? object.status.conditions : [])
            .filter(c, !(c.type in ["Available", "Progressing"]))
            + [
              {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
              {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
            ]
"""
_STATEFUL_SET = """
rules:
  - match: {apiVersion: apps/v1, kind: StatefulSet}
    set:
      status:
        observedGeneration: =object.metadata.generation
        replicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        currentReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        updatedReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        readyReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        availableReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
"""
_DAEMON_SET = """
rules:
  - match: {apiVersion: apps/v1, kind: DaemonSet}
    set:
      status:
        observedGeneration: =object.metadata.generation
        desiredNumberScheduled: 1
        currentNumberScheduled: 1
        updatedNumberScheduled: 1
        numberReady: 1
        numberAvailable: 1
        numberMisscheduled: 0
"""
_REPLICA_SET = """
rules:
  - match: {apiVersion: apps/v1, kind: ReplicaSet}
    set:
      status:
        observedGeneration: =object.metadata.generation
        replicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        fullyLabeledReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        readyReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
        availableReplicas: '=has(object.spec.replicas) ? object.spec.replicas : 1'
"""
_JOB = """
rules:
  - match: {apiVersion: batch/v1, kind: Job}
    set:
      status:
        succeeded: '=has(object.spec.completions) ? object.spec.completions : 1'
        conditions:
          - {type: Complete, status: "True"}
"""
_SERVICE = """
rules:
  - match: {apiVersion: v1, kind: Service}
    when: =!has(object.spec.clusterIP) && !(has(object.spec.type) && object.spec.type == "ExternalName")
    set:
      spec: {clusterIP: 10.96.0.10}
  - match: {apiVersion: v1, kind: Service}
    when: =has(object.spec.type) && object.spec.type == "LoadBalancer"
    set:
      status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
  - match: {apiVersion: v1, kind: Service}
    when: =!has(object.spec.type) || object.spec.type != "LoadBalancer"
    set:
      status: {loadBalancer: {}}
"""
_VOLUME_CLAIM = """
rules:
  - match: {apiVersion: v1, kind: PersistentVolumeClaim}
    set:
      status:
        phase: Bound
        accessModes: '=has(object.spec.accessModes) ? object.spec.accessModes : []'
        capacity: '=has(object.spec.resources.requests) ? object.spec.resources.requests : {}'
"""
_NAMESPACE = """
rules:
  - match: {apiVersion: v1, kind: Namespace}
    set:
      status: {phase: Active}
"""
_CONFIG_CONNECTOR = """
rules:
  - match: {apiVersion: "*.cnrm.cloud.google.com/*", kind: "*"}
    set:
      status:
        observedGeneration: =object.metadata.generation
        conditions:
          - {type: Ready, status: "True", reason: UpToDate, message: The resource is up to date}
"""
_ACK = """
rules:
  - match: {apiVersion: "*.services.k8s.aws/*", kind: "*"}
    set:
      status:
        ackResourceMetadata:
          arn: >-
            ="arn:aws:" + object.apiVersion.split(".")[0] + ":us-east-1:123456789012:"
            + lower(object.kind) + "/" + object.metadata.name
          ownerAccountID: "123456789012"
          region: us-east-1
        conditions:
          - {type: ACK.ResourceSynced, status: "True", reason: "", message: Resource synced successfully}
"""
_ASO = """
rules:
  - match: {apiVersion: "*.azure.com/*", kind: "*"}
    set:
      status:
        conditions:
          - type: Ready
            status: "True"
            severity: ""
            reason: Succeeded
            observedGeneration: =object.metadata.generation
"""

PRESETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Deployment": _DEPLOYMENT,
        "StatefulSet": _STATEFUL_SET,
        "DaemonSet": _DAEMON_SET,
        "ReplicaSet": _REPLICA_SET,
        "Job": _JOB,
        "Service": _SERVICE,
        "PersistentVolumeClaim": _VOLUME_CLAIM,
        "Namespace": _NAMESPACE,
        "ConfigConnector": _CONFIG_CONNECTOR,
        "ACK": _ACK,
        "ASO": _ASO,
    }
)
"""The text of each preset."""
