// The messages between this extension and koreo-ls that the Language Server Protocol does not have.
import type { Location, Position, Range } from "vscode-languageclient/node";
import { NotificationType, RequestType } from "vscode-languageclient/node";

export type Status = "passed" | "failed" | "notRun" | "error";

export interface CaseResult {
  id: string;
  index: number;
  label: string;
  range: Range;
  status: Status;
  seconds: number | null;
  message: string | null;
  /** What came out and what was asked for: text, or JSON. */
  actual: unknown;
  expected: unknown;
}

export interface TestResult {
  id: string;
  name: string;
  range: Range;
  status: Status;
  seconds: number | null;
  function: { kind: string; name: string } | null;
  message: string | null;
  cases: CaseResult[];
}

/** All tests of one file; none when the file has no more of them. */
export interface FileResults {
  uri: string;
  version: number | null;
  tests: TestResult[];
}

export interface PreviewParams {
  uri: string;
  position: Position | null;
  /** The name of a test, or its id in the results; null for the first that passes. */
  test: string | null;
  case: number | null;
}

export interface PreviewLink {
  /** In the text of the preview. */
  range: Range;
  target: Location;
}

export interface PreviewAnswer {
  title: string;
  text: string;
  version: number | null;
  notes: string[];
  links: PreviewLink[];
}

export interface GraphParams {
  uri: string;
  position: Position | null;
  format: "svg" | "mermaid";
  /** Whether the steps are marked by how they end for an example of the trigger. */
  run: boolean;
}

export interface GraphNode {
  id: string;
  label: string;
  target: Location;
}

export interface GraphAnswer {
  title: string;
  text: string;
  /** What the steps were run for, or why they were not. */
  notes: string[];
  nodes: GraphNode[];
}

export const TEST_RESULTS = new NotificationType<FileResults>("koreo/testResults");
export const PREVIEW_CHANGED = new NotificationType<object>("koreo/previewChanged");
export const RUN_TESTS = new RequestType<
  { ids: string[] | null; uris: string[] | null },
  { tests: FileResults[] },
  undefined
>("koreo/runTests");
export const PREVIEW = new RequestType<PreviewParams, PreviewAnswer | null, undefined>("koreo/preview");
export const GRAPH = new RequestType<GraphParams, GraphAnswer | null, undefined>("koreo/graph");

/** Commands that the server may put behind a lens because the editor has them. */
export const CLIENT_COMMANDS = [
  "koreo.openPreview",
  "koreo.openGraph",
  "koreo.restartServer",
  "koreo.installServer",
  "koreo.showReferences",
  "koreo.showObject",
];

/** What the client says of itself: `capabilities.experimental.koreo`. */
export const EXPERIMENTAL = { testResults: true, preview: true, clientCommands: CLIENT_COMMANDS };
