// The TextMate grammar: what is coloured as what, before the server has answered.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as oniguruma from "vscode-oniguruma";
import * as textmate from "vscode-textmate";

const FILES: Record<string, string> = {
  "source.koreo": "syntaxes/koreo.tmLanguage.json",
  "source.cel.koreo": "syntaxes/cel.tmLanguage.json",
};

async function loadGrammar(): Promise<textmate.IGrammar> {
  const wasm = createRequire(join(process.cwd(), "package.json")).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => oniguruma.createOnigScanner(patterns),
      createOnigString: (text) => oniguruma.createOnigString(text),
    }),
    loadGrammar: (scope) => {
      const file = FILES[scope];
      return Promise.resolve(file ? textmate.parseRawGrammar(readFileSync(file, "utf8"), file) : null);
    },
  });
  const grammar = await registry.loadGrammar("source.koreo");
  assert.ok(grammar);
  return grammar;
}

/** The scopes, as one text, of the `nth` place where `part` stands in `text`. */
function scopesOf(grammar: textmate.IGrammar, text: string, part: string, nth = 0): string {
  let stack = textmate.INITIAL;
  let seen = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (let at = line.indexOf(part); at >= 0; at = line.indexOf(part, at + 1)) {
      if (seen++ === nth) {
        return tokens.find((token) => token.startIndex <= at && at < token.endIndex)?.scopes.join(" ") ?? "";
      }
    }
  }
  return assert.fail(`${part} is not in the text`);
}

/** Text, a part of it, and what its scopes contain; a scope with `!` before it must not be there. */
const CASES: [string, string, ...string[]][] = [
  ["kind: ValueFunction", "kind", "entity.name.tag"],
  ["kind: ValueFunction", "ValueFunction", "string.unquoted"],
  ["a: b # why", "# why", "comment"],
  ["a: b#c", "#c", "string.unquoted", "!comment"],
  ["---", "---", "document.begin"],
  ["a: true", "true", "constant.language"],
  ["a: truest", "truest", "string.unquoted"],
  ["a: 12", "12", "constant.numeric"],
  ["a: 12 apples", "12", "string.unquoted"],
  ["  - name: x", "-", "sequence.item"],
  ["  - name: x", "name", "entity.name.tag"],
  ["a.b/c-d: x", "a.b/c-d", "entity.name.tag"],
  ['"a: b": x', "a: b", "entity.name.tag"],
  ["a: http://x/y", "//x", "string.unquoted", "!comment"],
  ["a: =inputs.x + 1", "=", "keyword.operator.expression"],
  ["a: =inputs.x + 1", "inputs", "variable.language", "meta.embedded.cel"],
  ["a: =inputs.x + 1", "x", "variable.other.property"],
  ["a: =inputs.x + 1", "1", "constant.numeric.cel"],
  ["a: =inputs.x # why", "# why", "comment.line.number-sign"],
  ["a: =x // why", "// why", "comment.line.double-slash"],
  ['a: =x + "# no"', "# no", "string.quoted.double.cel", "!comment"],
  ["- =has(inputs.x)", "has", "keyword.control.macro"],
  ["- assert: =size(inputs.x) > 0", "size", "support.function"],
  ["- assert: =size(inputs.x) > 0", "assert", "entity.name.tag"],
  ["a: =string(1)", "string", "support.type.conversion"],
  ["a: =x == 'q'", "'q'", "string.quoted.single.cel"],
  ["a: =x in [1]", "in", "keyword.operator.in"],
  ["a: =x ? b : c", ":", "punctuation.separator.key-value"],
  ["a: ==x", "a", "entity.name.tag"],
  ["a: =\n  inputs.x\nb: c", "inputs", "variable.language"],
  ["a: =x &&\n  y: z", "y", "meta.embedded.cel"],
  ["a: =x\nb: c", "b", "entity.name.tag", "!meta.embedded"],
  ["a: |\n  =inputs.x\n  + 1\nb: c", "inputs", "variable.language"],
  ["a: |\n  =inputs.x\n  + 1\nb: c", "1", "constant.numeric.cel"],
  ["a: |\n  =inputs.x\n  + 1\nb: c", "b", "entity.name.tag", "!meta.embedded"],
  ["a: >-\n\n  =x\n\n  && y\nb: c", "&&", "keyword.operator.logical"],
  ["a: >-\n\n  =x\n\n  && y\nb: c", "b", "entity.name.tag"],
  ["a: | # why\n  text\n  =no", "no", "string.unquoted.block", "!meta.embedded"],
  ["a: | # why\n  text", "# why", "comment"],
  ["- assert: |\n    =inputs.x\n  permFail: {}", "inputs", "variable.language"],
  ["- assert: |\n    =inputs.x\n  permFail: {}", "permFail", "entity.name.tag", "!meta.embedded"],
  ["- assert: =a ||\n    b\n  retry: {}", "b", "meta.embedded.cel"],
  ["- assert: =a ||\n    b\n  retry: {}", "retry", "entity.name.tag", "!meta.embedded"],
  ["- |\n  =x\n- yy", "yy", "string.unquoted", "!meta.embedded"],
  ['a: "=inputs.x + \\"q\\" + 1"', "inputs", "variable.language"],
  ['a: "=inputs.x + \\"q\\" + 1"', "q", "string.quoted.double.cel"],
  ['a: "=inputs.x + \\"q\\" + 1"', "1", "constant.numeric.cel"],
  ["a: \"=x + 'q'\"\nb: c", "b", "entity.name.tag", "!string"],
  ["a: '=x + ''q'' + 1'\nb: c", "q", "string.quoted.single.cel"],
  ["a: '=x + ''q'' + 1'\nb: c", "1", "constant.numeric.cel"],
  ["a: '=x + \"q\"'\nb: c", "b", "entity.name.tag", "!string"],
  ["a: \"=x + 'half\"\nb: c", "b", "entity.name.tag", "!string"],
  ['a: "no = x"', "x", "string.quoted.double", "!meta.embedded"],
  ["a: {b: =inputs.x, c: 1}", "inputs", "variable.language"],
  ["a: {b: =inputs.x, c: 1}", "c", "entity.name.tag"],
  ["a: {b: =inputs.x, c: 1}", "1", "constant.numeric.yaml"],
  ["a: [=x, yy]", "=", "keyword.operator.expression"],
  ["a: [=x, yy]", "yy", "string.unquoted"],
  ["a: [\n  b, # why\n]\nc: d", "c", "entity.name.tag", "!meta.flow"],
  ["a: &one x", "&one", "anchor"],
  ["a: *one", "*one", "alias"],
  ["a: it's", "it's", "string.unquoted"],
  ["a: =x\n\n---\nb: c", "---", "document.begin"],
];

test("the grammar colours", async (context) => {
  const grammar = await loadGrammar();
  for (const [text, part, ...wanted] of CASES) {
    await context.test(`${JSON.stringify(text)}: ${part} is ${wanted.join(", ")}`, () => {
      const found = scopesOf(grammar, text, part);
      for (const scope of wanted) {
        assert.equal(found.includes(scope.replace(/^!/, "")), !scope.startsWith("!"), found);
      }
    });
  }
});
