// What the test explorer and the status bar make of results.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseResult, Status, TestResult } from "../src/protocol";
import { mayBeFolder } from "../src/folderNames";
import { statusText } from "../src/statusText";
import { caseItems, differenceOf, failureOf, reportOf, Results, testItem, testsToRun } from "../src/tests/results";

const RANGE = { start: { line: 1, character: 2 }, end: { line: 1, character: 9 } };

function caseOf(index: number, status: Status, more: Partial<CaseResult> = {}): CaseResult {
  const plain = { seconds: 0.001, message: null, actual: null, expected: null };
  return { id: `t#${index}`, index, label: `case ${index}`, range: RANGE, status, ...plain, ...more };
}

function testOf(name: string, status: Status, cases: CaseResult[] = []): TestResult {
  const call = { kind: "ValueFunction", name: "price" };
  return { id: name, name, range: RANGE, status, seconds: 0.002, function: call, message: null, cases };
}

function taken(results: Results, uri: string, ...tests: TestResult[]): string[] {
  return results.take({ uri, version: 1, tests }).map((each) => each.id);
}

test("only tests whose outcome is new are reported", () => {
  const results = new Results();
  assert.deepEqual(taken(results, "a", testOf("one", "passed"), testOf("two", "passed")), ["one", "two"]);
  assert.deepEqual(taken(results, "a", { ...testOf("one", "passed"), seconds: 9 }, testOf("two", "passed")), []);
  const moved = { ...testOf("one", "passed"), range: { ...RANGE, end: { line: 7, character: 0 } } };
  assert.deepEqual(taken(results, "a", moved, testOf("two", "failed")), ["two"]);
  const failing = (actual: unknown): TestResult => testOf("two", "failed", [caseOf(0, "failed", { actual })]);
  assert.deepEqual(taken(results, "a", moved, failing(1)), ["two"]);
  assert.deepEqual(taken(results, "a", moved, failing(1)), []);
  assert.deepEqual(taken(results, "a", moved, failing(2)), ["two"]);
  assert.deepEqual(taken(results, "b", testOf("one", "passed")), ["one"], "another file knows nothing of this one");
});

test("the sum of all files", () => {
  const results = new Results();
  taken(results, "a", testOf("one", "passed"), testOf("two", "error"));
  taken(results, "b", testOf("three", "notRun"), testOf("four", "failed"));
  assert.deepEqual(results.totals(), { passed: 1, failed: 2, notRun: 1 });
  taken(results, "b");
  assert.deepEqual(results.totals(), { passed: 1, failed: 1, notRun: 0 });
});

test("the tree: tests by name, cases in their order", () => {
  const cases = Array.from({ length: 12 }, (_, index) => caseOf(index, "passed"));
  const tree = testOf("price-test", "passed", cases);
  assert.equal(testItem(tree).label, "price-test");
  assert.equal(testItem(tree).description, "ValueFunction price");
  const sorted = caseItems(tree).sort((one, other) => (one.sortText < other.sortText ? -1 : 1));
  assert.deepEqual(sorted.map((item) => item.result.index), cases.map((each) => each.index));
});

test("what a failure says", () => {
  assert.equal(failureOf(caseOf(0, "passed", { message: "no" })), null);
  assert.equal(failureOf(caseOf(0, "failed", { message: "text differs" })), "text differs");
  assert.equal(failureOf(caseOf(0, "failed")), "This case failed.");
  assert.equal(failureOf(caseOf(0, "error")), "This test cannot run.");
  assert.equal(differenceOf(caseOf(0, "failed", { actual: 1 })), null);
  assert.deepEqual(differenceOf(caseOf(0, "failed", { actual: null, expected: { a: 1 } })), {
    actual: "null",
    expected: '{\n  "a": 1\n}',
  });
  assert.deepEqual(differenceOf(caseOf(0, "failed", { actual: "a: 2\n", expected: "a: 1\n" })), {
    actual: "a: 2\n",
    expected: "a: 1\n",
  });
});

test("the output of a run: each test, and the cases that did not pass", () => {
  const cases = [caseOf(0, "passed"), caseOf(1, "failed", { message: "text\ndiffers" }), caseOf(2, "notRun")];
  assert.deepEqual(reportOf(testOf("one", "failed", cases)), [
    "✗ one (2.0 ms)",
    "    ✗ case 1: text differs",
    "    – case 2",
  ]);
  const broken = { ...testOf("two", "error"), message: "there is no function", seconds: null };
  assert.deepEqual(reportOf(broken), ["✗ two: there is no function"]);
  assert.deepEqual(reportOf(testOf("three", "passed", [caseOf(0, "passed")])), ["✓ three (2.0 ms)"]);
});

test("what may be a folder with Koreo files, by its name", () => {
  for (const path of ["/w/functions", "/w/v1.2", "/w/.koreo", "/w/a/b.c/d"]) {
    assert.ok(mayBeFolder(path), path);
  }
  for (const path of ["/w/a.k.yaml", "/w/x.tmp", "/w/.git/HEAD", "/w/node_modules", "/w/node_modules/x/lib"]) {
    assert.ok(!mayBeFolder(path), path);
  }
});

test("a case is run by running its test, once", () => {
  const chosen = [
    { id: "t#0", parentId: "t" },
    { id: "t#1", parentId: "t" },
    { id: "u", parentId: null },
  ];
  assert.deepEqual(testsToRun(chosen), ["t", "u"]);
});

test("the status bar", () => {
  const none = { passed: 0, failed: 0, notRun: 0 };
  const server = { path: "/x", source: "a test", version: "1.0" };
  assert.match(statusText({ kind: "missing", failures: [] }, none).tooltip, /not installed/);
  assert.equal(statusText({ kind: "failed", reason: "it crashed" }, none).level, "error");
  assert.match(statusText({ kind: "running", server }, none).text, /Koreo$/);
  assert.match(statusText({ kind: "running", server }, { ...none, passed: 3 }).text, /Koreo 3$/);
  const failing = statusText({ kind: "running", server }, { passed: 3, failed: 1, notRun: 2 });
  assert.match(failing.text, /Koreo 1\/6$/);
  assert.equal(failing.tooltip, "3 of 6 tests pass, 1 fails, 2 not run.");
});
