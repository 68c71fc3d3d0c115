// What is known of the FunctionTests: the last results of each file, what of them is new, and their sum. Pure.
import type { CaseResult, FileResults, Status, TestResult } from "../protocol";

export interface Totals {
  passed: number;
  failed: number;
  notRun: number;
}

export class Results {
  private readonly files = new Map<string, TestResult[]>();

  /** Takes the results of a file; returns the tests whose outcome differs from what was known. */
  take({ uri, tests }: FileResults): TestResult[] {
    const before = new Map(this.files.get(uri)?.map((test) => [test.id, outcomeOf(test)]));
    if (tests.length === 0) {
      this.files.delete(uri);
    } else {
      this.files.set(uri, tests);
    }
    return tests.filter((test) => before.get(test.id) !== outcomeOf(test));
  }

  clear(): void {
    this.files.clear();
  }

  uris(): string[] {
    return [...this.files.keys()];
  }

  /** Tests by their state; a test that is an error counts as failed. */
  totals(): Totals {
    const totals = { passed: 0, failed: 0, notRun: 0 };
    for (const tests of this.files.values()) {
      for (const test of tests) {
        totals[test.status === "error" ? "failed" : test.status] += 1;
      }
    }
    return totals;
  }
}

/** What an outcome is compared by: everything that is shown of it but times and places. */
function outcomeOf(test: TestResult): string {
  return JSON.stringify([
    test.status,
    test.message,
    test.cases.map((each) => [each.id, each.label, each.status, each.message, each.actual, each.expected]),
  ]);
}

export interface Item<T extends TestResult | CaseResult = TestResult | CaseResult> {
  id: string;
  label: string;
  description: string;
  sortText: string;
  result: T;
}

/** The item of a test in the explorer. */
export function testItem(test: TestResult): Item<TestResult> {
  const description = test.function === null ? "" : `${test.function.kind} ${test.function.name}`;
  return { id: test.id, label: test.name, description, sortText: test.name, result: test };
}

/** The items of its cases, in the order in which they run. */
export function caseItems(test: TestResult): Item<CaseResult>[] {
  return test.cases.map((each) => ({
    id: each.id,
    label: each.label,
    description: "",
    sortText: String(each.index).padStart(6, "0"),
    result: each,
  }));
}

/** The sentence of a failure, for a reader who sees nothing else. */
export function failureOf(result: { status: Status; message: string | null }): string | null {
  if (result.status === "passed" || result.status === "notRun") {
    return null;
  }
  return result.message ?? (result.status === "error" ? "This test cannot run." : "This case failed.");
}

/** How a test went, for the output of a run: a line for it, and one for each case that did not pass. */
export function reportOf(test: TestResult): string[] {
  const time = test.seconds === null ? "" : ` (${(test.seconds * 1000).toFixed(1)} ms)`;
  const cases = test.cases.filter((each) => each.status !== "passed");
  return [
    `${SIGNS[test.status]} ${test.name}${time}${said(test.message)}`,
    ...cases.map((each) => `    ${SIGNS[each.status]} ${each.label}${said(failureOf(each))}`),
  ];
}

const SIGNS: Record<Status, string> = { passed: "✓", failed: "✗", error: "✗", notRun: "–" };

function said(message: string | null): string {
  return message === null || message === "" ? "" : `: ${message.replaceAll("\n", " ")}`;
}

/** Expected and actual as two texts to compare; null where there are not both. */
export function differenceOf(result: CaseResult): { expected: string; actual: string } | null {
  if (result.expected === null || result.expected === undefined) {
    return null;
  }
  return { expected: textOf(result.expected), actual: textOf(result.actual) };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
}

/** The ids of the tests to run for chosen items: cases stand for their whole test, which is what can run. */
export function testsToRun(chosen: readonly { id: string; parentId: string | null }[]): string[] {
  return [...new Set(chosen.map((each) => each.parentId ?? each.id))];
}
