"""The style sheet of the pictures. VS Code's variables are used where a webview has them."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
.koreo-graph {
  --ink: var(--vscode-editor-foreground, #1f2937);
  --faint: var(--vscode-descriptionForeground, #64748b);
  --ground: var(--vscode-editor-background, #ffffff);
  --fill: var(--vscode-editorWidget-background, #f8fafc);
  --line: var(--vscode-editorLineNumber-foreground, #94a3b8);
  --focus: var(--vscode-focusBorder, #2563eb);
  --blue: #2f7de1; --violet: #7c4ddb; --teal: #0b8296; --amber: #b7690a; --red: #d13438;
  --green: #1a8a4a; --yellow: #a87400; --grey: #7b8794;
  background: var(--ground); color: var(--ink);
  font-family: var(--vscode-font-family, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif);
}
@media (prefers-color-scheme: dark) {
  .koreo-graph {
    --ink: var(--vscode-editor-foreground, #e5e7eb);
    --faint: var(--vscode-descriptionForeground, #9aa5b4);
    --ground: var(--vscode-editor-background, #16181d);
    --fill: var(--vscode-editorWidget-background, #20242c);
    --line: var(--vscode-editorLineNumber-foreground, #647084);
    --focus: var(--vscode-focusBorder, #60a5fa);
    --blue: #6cb0ff; --violet: #b79bff; --teal: #45c5d8; --amber: #f0ae4e; --red: #ff7b7b;
    --green: #5bd58c; --yellow: #e6c04a; --grey: #94a0ae;
  }
}
.koreo-graph text { fill: var(--ink); font-size: 11px; }
.koreo-graph .label { font-size: 13px; font-weight: 600; }
.koreo-graph .runs, .koreo-graph .condition, .koreo-graph .fault {
  font-family: var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, monospace);
}
.koreo-graph .condition, .koreo-graph .title, .koreo-graph .message { fill: var(--faint); }
.koreo-graph .message { font-style: italic; }
.koreo-graph .edge-label {
  fill: var(--faint); font-size: 10.5px;
  stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke;
}
.koreo-graph .node { --kind: var(--grey); cursor: pointer; outline: none; }
.koreo-graph .value { --kind: var(--blue); }
.koreo-graph .resource { --kind: var(--violet); }
.koreo-graph .workflow { --kind: var(--teal); }
.koreo-graph .switch { --kind: var(--amber); }
.koreo-graph .box, .koreo-graph .behind { fill: var(--fill); stroke: var(--kind); stroke-width: 1.2px; }
.koreo-graph .trigger .box { stroke-dasharray: 2 3; }
.koreo-graph .workflow .box { stroke-width: 2px; }
.koreo-graph .inside { fill: var(--ground); stroke: var(--line); stroke-opacity: 0.45; }
.koreo-graph .sign, .koreo-graph .status {
  fill: none; stroke: var(--kind); stroke-width: 1.5px; stroke-linecap: round; stroke-linejoin: round;
}
.koreo-graph .status { stroke-width: 2px; }
.koreo-graph .ok { --kind: var(--green); }
.koreo-graph .retry { --kind: var(--yellow); }
.koreo-graph .error, .koreo-graph .broken { --kind: var(--red); }
.koreo-graph .skip, .koreo-graph .waiting { --kind: var(--grey); }
.koreo-graph .skip .label, .koreo-graph .waiting .label { fill: var(--faint); }
.koreo-graph .skip .box, .koreo-graph .waiting .box, .koreo-graph .broken .box { stroke-dasharray: 5 4; }
.koreo-graph .fault { fill: var(--red); }
.koreo-graph .edge .line { fill: none; stroke: var(--line); stroke-width: 1.4px; }
.koreo-graph .edge .arrow { fill: var(--line); }
.koreo-graph .edge.implied { opacity: 0.5; }
.koreo-graph .edge.decides .line { stroke-dasharray: 5 4; }
.koreo-graph .edge.broken .line { stroke: var(--red); stroke-dasharray: 5 4; }
.koreo-graph .edge.broken .arrow { fill: var(--red); }
.koreo-graph .edge:hover { opacity: 1; }
.koreo-graph .edge:hover .line { stroke: var(--focus); stroke-width: 2.2px; }
.koreo-graph .edge:hover .arrow { fill: var(--focus); }
.koreo-graph .node:hover .box, .koreo-graph .node:focus .box { stroke: var(--focus); stroke-width: 2.4px; }
"""
