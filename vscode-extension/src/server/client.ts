// The client of the Language Server Protocol, with what Koreo adds to it.
import * as vscode from "vscode";
import {
  LanguageClient,
  type ClientCapabilities,
  type DocumentSelector,
  type ErrorHandler,
  type Middleware,
  type StaticFeature,
} from "vscode-languageclient/node";
import { EXPERIMENTAL } from "../protocol";

const SELECTOR: DocumentSelector = [
  { scheme: "file", language: "koreo" },
  { scheme: "untitled", language: "koreo" },
  { scheme: "file", pattern: "**/koreo.toml" },
];

/** Announces what this extension does beyond the protocol. */
const announcement: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), koreo: EXPERIMENTAL };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

export function createClient(
  path: string,
  args: string[],
  output: vscode.LogOutputChannel,
  errorHandler: ErrorHandler,
  middleware: Middleware,
): LanguageClient {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const client = new LanguageClient(
    "koreo",
    "Koreo",
    { command: path, args, options: folder === undefined ? {} : { cwd: folder } },
    {
      documentSelector: SELECTOR,
      outputChannel: output,
      traceOutputChannel: output,
      errorHandler,
      middleware,
    },
  );
  client.registerFeature(announcement);
  return client;
}
