// The test explorer: FunctionTests and their cases, with results as the server sends them after each edit.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { RUN_TESTS, TEST_RESULTS, type CaseResult, type FileResults, type TestResult } from "../protocol";
import { caseItems, differenceOf, failureOf, reportOf, Results, testItem, testsToRun, type Item, type Totals } from "./results";

const GATHERING = 60; // milliseconds in which results of several files become one run

export class TestExplorer implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("koreo", "Koreo");
  private readonly results = new Results();
  private readonly changes = new vscode.EventEmitter<Totals>();
  private readonly items = new Map<string, vscode.TestItem>();
  private client: LanguageClient | null = null;
  private news = new Map<string, TestResult>();
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.changes.event;

  constructor() {
    const run = (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> =>
      this.run(request, token);
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, run, true);
    this.controller.refreshHandler = async (token) => {
      await this.ask({ ids: null, uris: null }, token);
    };
  }

  get totals(): Totals {
    return this.results.totals();
  }

  /** Listens to a server; what it says is forgotten when the returned object is disposed. */
  attach(client: LanguageClient): vscode.Disposable {
    this.client = client;
    const listening = client.onNotification(TEST_RESULTS, (results) => {
      this.take(results);
    });
    return new vscode.Disposable(() => {
      listening.dispose();
      this.client = null;
      this.results.clear();
      this.items.clear();
      this.controller.items.replace([]);
      this.changes.fire(this.totals);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.controller.dispose();
    this.changes.dispose();
  }

  private take(results: FileResults): void {
    const changed = this.results.take(results);
    this.show(results);
    for (const test of changed) {
      this.news.set(test.id, test);
    }
    if (this.news.size > 0) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.report();
      }, GATHERING);
    }
    this.changes.fire(this.totals);
  }

  /** Makes the items of a file as its results say; places move even where no outcome changes. */
  private show({ uri, tests }: FileResults): void {
    const wanted = new Set(tests.map((test) => test.id));
    for (const [id, item] of this.items) {
      if (item.uri?.toString() === normalised(uri) && !wanted.has(id)) {
        this.items.delete(id);
        this.controller.items.delete(id);
      }
    }
    for (const test of tests) {
      const item = this.item(testItem(test), uri);
      item.error = test.status === "error" && test.cases.length === 0 ? (failureOf(test) ?? undefined) : undefined;
      item.children.replace(caseItems(test).map((each) => this.item(each, uri, item.children.get(each.id))));
      this.items.set(test.id, item);
      this.controller.items.add(item);
    }
  }

  private item(wanted: Item, uri: string, known = this.items.get(wanted.id)): vscode.TestItem {
    const file = vscode.Uri.parse(uri);
    const item =
      known?.uri?.toString() === file.toString()
        ? known
        : this.controller.createTestItem(wanted.id, wanted.label, file);
    item.label = wanted.label;
    item.description = wanted.description;
    item.sortText = wanted.sortText;
    item.range = rangeOf(wanted.result);
    return item;
  }

  /** Shows the outcomes that are new, as a run that asks for no attention. */
  private report(): void {
    const tests = [...this.news.values()];
    this.news = new Map();
    const items = tests.flatMap((test) => this.items.get(test.id) ?? []);
    const request = new vscode.TestRunRequest(items, undefined, undefined, true, true);
    const run = this.controller.createTestRun(request, "after an edit", false);
    for (const test of tests) {
      this.enter(run, test);
    }
    run.end();
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const chosen = request.include?.map((item) => ({ id: item.id, parentId: item.parent?.id ?? null }));
    const excluded = new Set(request.exclude?.map((item) => item.id));
    const asked = chosen === undefined ? [...this.items.keys()] : testsToRun(chosen);
    const ids = asked.filter((id) => !excluded.has(id));
    for (const id of ids) {
      const item = this.items.get(id);
      if (item !== undefined) {
        run.started(item);
        item.children.forEach((child) => {
          run.started(child);
        });
      }
    }
    try {
      for (const file of await this.ask({ ids, uris: null }, token)) {
        this.results.take(file);
        this.show(file);
        for (const test of file.tests) {
          if (ids.includes(test.id)) {
            run.appendOutput(`${reportOf(test).join("\r\n")}\r\n`);
            this.enter(run, test);
          }
        }
      }
      this.changes.fire(this.totals);
    } catch (error) {
      run.appendOutput(`${error instanceof Error ? error.message : String(error)}\r\n`);
    } finally {
      run.end();
    }
  }

  private async ask(
    what: { ids: string[] | null; uris: string[] | null },
    token: vscode.CancellationToken,
  ): Promise<FileResults[]> {
    if (this.client === null) {
      throw new Error("The Koreo server does not run.");
    }
    return (await this.client.sendRequest(RUN_TESTS, what, token)).tests;
  }

  private enter(run: vscode.TestRun, test: TestResult): void {
    const item = this.items.get(test.id);
    if (item === undefined) {
      return;
    }
    for (const each of test.cases) {
      const child = item.children.get(each.id);
      if (child !== undefined) {
        enterState(run, child, each, caseMessage(child, test, each));
      }
    }
    // What a case says need not be said again of its test.
    const isSaid = test.message === null && test.cases.some((each) => failureOf(each) !== null);
    enterState(run, item, test, isSaid ? [] : messageAt(item, failureOf(test)));
  }
}

function enterState(
  run: vscode.TestRun,
  item: vscode.TestItem,
  result: TestResult | CaseResult,
  message: vscode.TestMessage | [],
): void {
  const time = result.seconds === null ? undefined : result.seconds * 1000;
  switch (result.status) {
    case "passed":
      run.passed(item, time);
      break;
    case "failed":
      run.failed(item, message, time);
      break;
    case "error":
      run.errored(item, message, time);
      break;
    case "notRun":
      run.skipped(item);
      break;
  }
}

function caseMessage(item: vscode.TestItem, test: TestResult, result: CaseResult): vscode.TestMessage {
  const message = messageAt(item, failureOf(result));
  const place = problemOf(item.uri, test, result);
  if (item.uri !== undefined && place !== undefined) {
    message.location = new vscode.Location(item.uri, place);
  }
  const difference = differenceOf(result);
  if (difference !== null) {
    message.expectedOutput = difference.expected;
    message.actualOutput = difference.actual;
  }
  return message;
}

/** Where the problem of a case is, which is the very field that differs. */
function problemOf(uri: vscode.Uri | undefined, test: TestResult, result: CaseResult): vscode.Range | undefined {
  const beginning = `${test.name}, case ${result.index + 1}`;
  const problems = uri === undefined ? [] : vscode.languages.getDiagnostics(uri);
  return problems.find(({ source, message }) => source === "koreo" && message.startsWith(beginning))?.range;
}

function messageAt(item: vscode.TestItem, text: string | null): vscode.TestMessage {
  const message = new vscode.TestMessage(text ?? "");
  if (item.uri !== undefined && item.range !== undefined) {
    message.location = new vscode.Location(item.uri, item.range);
  }
  return message;
}

function rangeOf({ range }: TestResult | CaseResult): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

function normalised(uri: string): string {
  return vscode.Uri.parse(uri).toString();
}
