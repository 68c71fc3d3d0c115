// The page that shows a Workflow's graph. Pure: SVG in, HTML out.

export interface GraphPage {
  title: string;
  svg: string;
  notes: string[];
  /** A value that no one can guess: styles and scripts without it are not taken. */
  nonce: string;
}

const STYLE = `
  html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
  body { color: var(--vscode-editor-foreground); background: var(--vscode-editor-background);
         font-family: var(--vscode-font-family); }
  #view { height: 100%; overflow: auto; cursor: grab; }
  #view.held { cursor: grabbing; }
  #view > svg { display: block; margin: auto; margin-bottom: 52px; }
  body .koreo-graph {
    --blue: var(--vscode-charts-blue); --violet: var(--vscode-charts-purple); --teal: var(--vscode-terminal-ansiCyan);
    --amber: var(--vscode-charts-orange); --red: var(--vscode-charts-red); --green: var(--vscode-charts-green);
    --yellow: var(--vscode-charts-yellow); --grey: var(--vscode-descriptionForeground);
  }
  #buttons { position: fixed; right: 16px; bottom: 16px; display: flex; gap: 4px; }
  #buttons button { min-width: 30px; height: 28px; font: inherit; cursor: pointer; border-radius: 4px;
                    color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
                    border: 1px solid var(--vscode-widget-border, transparent); }
  #notes { position: fixed; left: 12px; bottom: 8px; max-width: 60%; pointer-events: none;
           color: var(--vscode-descriptionForeground); font-size: 12px; }
  #notes p { margin: 4px 0 0; }
  #buttons button:hover { background: var(--vscode-button-secondaryHoverBackground); }
`;

// Runs in the page, in a function of its own as some of its names are the window's. Keeps zoom and place over updates
// in the state that the editor holds for it. Unless a zoom is chosen, the graph fits, but stays readable.
const SCRIPT = `(() => {
  const editor = acquireVsCodeApi();
  const view = document.getElementById("view");
  const svg = view.querySelector("svg");
  const box = svg?.viewBox.baseVal;
  const natural = box && box.width ? { width: box.width, height: box.height } : svg?.getBoundingClientRect();
  let { zoom, left, top } = { zoom: null, left: 0, top: 0, ...editor.getState() };
  const room = { across: 24, down: 12 + 52 + 2 }; // margins; the buttons stand in the one below
  const fitting = () =>
    Math.min(1, (view.clientWidth - room.across) / natural.width, (view.clientHeight - room.down) / natural.height);
  const current = () => zoom ?? Math.max(0.55, fitting());
  const draw = () => {
    if (!svg) return;
    const scale = current();
    svg.style.width = natural.width * scale + "px";
    svg.style.height = natural.height * scale + "px";
    svg.style.marginTop = Math.max(12, (view.clientHeight - natural.height * scale) / 3) + "px";
  };
  const keep = () => editor.setState({ zoom, left: view.scrollLeft, top: view.scrollTop });
  const zoomBy = (factor) => {
    const old = current();
    zoom = Math.min(4, Math.max(0.1, old * factor));
    const x = view.scrollLeft + view.clientWidth / 2, y = view.scrollTop + view.clientHeight / 2;
    draw();
    view.scrollTo(x * zoom / old - view.clientWidth / 2, y * zoom / old - view.clientHeight / 2);
    keep();
  };
  document.getElementById("in").addEventListener("click", () => zoomBy(1.25));
  document.getElementById("out").addEventListener("click", () => zoomBy(0.8));
  document.getElementById("fit").addEventListener("click", () => { zoom = fitting(); draw(); keep(); });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }, { passive: false });
  let held = null;
  view.addEventListener("mousedown", (event) => {
    if (event.button === 0 && !event.target.closest("[data-step]")) {
      held = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
      view.classList.add("held");
    }
  });
  window.addEventListener("mousemove", (event) => {
    if (held) view.scrollTo(held.x - event.clientX, held.y - event.clientY);
  });
  window.addEventListener("mouseup", () => { held = null; view.classList.remove("held"); keep(); });
  window.addEventListener("resize", draw);
  const open = (event) => {
    const step = event.target.closest("[data-step]");
    if (step) editor.postMessage({ open: step.dataset.id ?? step.dataset.step });
  };
  view.addEventListener("click", open);
  view.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(event); }
  });
  draw();
  view.scrollTo(left, top);
})();`;

export function graphPage({ title, svg, notes, nonce }: GraphPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<div id="view" tabindex="-1">${embedded(svg, nonce)}</div>
<div id="notes">${notes.map((note) => `<p>${escaped(note)}</p>`).join("")}</div>
<div id="buttons"><button id="out" title="Smaller">−</button><button id="fit" title="Fit">Fit</button><button id="in" title="Larger">+</button></div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`;
}

/** An SVG document as a part of a page: without the XML declaration, its own styles let in. */
export function embedded(svg: string, nonce: string): string {
  return svg
    .replace(/^\uFEFF?\s*<\?xml[^>]*\?>\s*/, "")
    .replace(/^<!DOCTYPE[^>]*>\s*/i, "")
    .replaceAll(/<style(?=[\s>])/g, `<style nonce="${nonce}"`);
}

/** A page that says why there is no graph. */
export function emptyPage(sentence: string, nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}';">
<style nonce="${nonce}">body { padding: 24px; color: var(--vscode-descriptionForeground); }</style>
</head>
<body>${escaped(sentence)}</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
