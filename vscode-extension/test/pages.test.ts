// Previews and graphs: what is laid out, and where it leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyPage, graphPage } from "../src/graph/page";
import { layOut, linkAt, readSource } from "../src/preview/page";

const at = (line: number, character: number): { line: number; character: number } => ({ line, character });
const range = (line: number, from: number, to: number): { start: ReturnType<typeof at>; end: ReturnType<typeof at> } => ({
  start: at(line, from),
  end: at(line, to),
});
const target = (line: number): { uri: string; range: ReturnType<typeof range> } => ({
  uri: "file:///f.k.yaml",
  range: range(line, 0, 1),
});

test("notes stand above the text, and links move down with it", () => {
  const page = layOut({
    title: "ConfigMap of greeting",
    text: "kind: ConfigMap\ndata:\n  a: 1\n",
    version: 3,
    notes: ["retry: waits\nfor the rest"],
    links: [{ range: range(2, 2, 6), target: target(8) }],
  });
  const lines = page.text.split("\n");
  assert.deepEqual(lines.slice(0, 5), [
    "# ConfigMap of greeting",
    "# retry: waits",
    "# for the rest",
    "",
    "kind: ConfigMap",
  ]);
  assert.equal(lines[6], "  a: 1");
  assert.equal(linkAt(page, at(6, 3))?.target.range.start.line, 8);
  assert.equal(linkAt(page, at(2, 3)), null);
});

test("long notes are wrapped, and said once", () => {
  const note = "there is no example of its trigger, so write a .yaml file with one ".repeat(4).trim();
  const text = `# ${note}\n`;
  const { text: page } = layOut({ title: "Workflow w", text, version: null, notes: [note], links: [] });
  const lines = page.trimEnd().split("\n");
  assert.ok(lines.every((line) => line.length <= 80));
  assert.equal(lines.map((line) => line.slice(2)).join(" "), `Workflow w ${note}`);
});

test("the innermost link counts", () => {
  const links = [
    { range: { start: at(0, 0), end: at(3, 0) }, target: target(1) },
    { range: range(1, 2, 9), target: target(2) },
  ];
  const page = { text: "", links };
  assert.equal(linkAt(page, at(1, 4))?.target.range.start.line, 2);
  assert.equal(linkAt(page, at(2, 4))?.target.range.start.line, 1);
});

test("without an answer the preview says what to do", () => {
  assert.match(layOut(null).text, /^# There is nothing to preview here\./);
});

test("what a lens passes is read in each form", () => {
  const wanted = { uri: "file:///a", position: at(1, 2), test: "t", case: 0 };
  assert.deepEqual(readSource(["file:///a", at(1, 2), "t", 0]), wanted);
  assert.deepEqual(readSource([wanted]), wanted);
  assert.deepEqual(readSource(["file:///a"]), { uri: "file:///a", position: null, test: null, case: null });
  assert.equal(readSource([]), null);
  assert.equal(readSource([7]), null);
});

test("a graph's page runs nothing but its own script", () => {
  const svg = '<?xml version="1.0"?>\n<svg><style>a{}</style><g data-step="one"/></svg>';
  const page = graphPage({ title: 'a "b" <c>', svg, notes: ["for <b>"], nonce: "N1" });
  assert.match(page, /default-src 'none'; style-src 'nonce-N1'; script-src 'nonce-N1';/);
  assert.match(page, /<style nonce="N1">a\{\}<\/style>/);
  assert.match(page, /<p>for &lt;b&gt;<\/p>/);
  assert.ok(!page.includes("<?xml"));
  assert.match(page, /<title>a &quot;b&quot; &lt;c&gt;<\/title>/);
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.match(emptyPage("no <Workflow>", "N2"), /no &lt;Workflow&gt;/);
});
