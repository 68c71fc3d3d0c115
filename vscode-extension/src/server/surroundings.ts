// What the editor and the system say, for a search of programs.
import * as os from "node:os";
import * as vscode from "vscode";
import type { Surroundings } from "./candidates";
import { selectedInterpreter } from "./python";

/** `own`: the environment that this extension has made for a server, if any. */
export async function surroundings(own: string | null): Promise<Surroundings> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const trusted = vscode.workspace.isTrusted;
  return {
    platform: process.platform,
    home: os.homedir(),
    setting: vscode.workspace.getConfiguration("koreo", folder).get<string>("server.path", ""),
    folders: (vscode.workspace.workspaceFolders ?? []).map((each) => each.uri.fsPath),
    trusted,
    interpreter: trusted ? await selectedInterpreter(folder?.uri) : null,
    searchPath: process.env.PATH ?? "",
    own,
  };
}
