// What the user can do when there is no server: install one, choose one, learn how.
import * as vscode from "vscode";
import { installSteps, type Step } from "./install";
import { selectedInterpreter } from "./python";
import type { Session, State } from "./session";

const WALKTHROUGH = "koreo-lang.koreo#start";

/** Says once, when the server is missing or fails, what to do; says it again after it has run in between. */
export function adviseOn(session: Session): vscode.Disposable {
  let said = "";
  return session.onDidChange((state) => {
    if (state.kind === "running") {
      said = "";
    }
    if ((state.kind === "missing" || state.kind === "failed") && said !== state.kind) {
      said = state.kind;
      void advise(state);
    }
  });
}

async function advise(state: State): Promise<void> {
  const choices: Record<string, string> =
    state.kind === "missing"
      ? {
          ...(vscode.workspace.isTrusted
            ? { "Install in .venv": "koreo.installServer" }
            : { "Manage trust…": "workbench.trust.manage" }),
          "Choose…": "koreo.chooseServer",
          "Learn more": "koreo.openWalkthrough",
        }
      : { "Restart": "koreo.restartServer", "Show output": "koreo.showOutput" };
  const chosen = await vscode.window.showWarningMessage(adviceFor(state), ...Object.keys(choices));
  const command = chosen === undefined ? undefined : choices[chosen];
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
  }
}

function adviceFor(state: State): string {
  if (state.kind === "failed") {
    return `The Koreo language server does not run: ${state.reason}.`;
  }
  const failure = state.kind === "missing" ? state.failures[0] : undefined;
  if (failure !== undefined) {
    return `The Koreo language server from ${failure.source} cannot be used: ${failure.reason} (${failure.path}).`;
  }
  return vscode.workspace.getConfiguration("koreo").get<string>("server.path", "") === ""
    ? "The Koreo language server is not installed. Without it there are colours, but no problems, completion or tests."
    : "There is no server at the place that the setting koreo.server.path names.";
}

/** Installs the server into `.venv` of the workspace, in a terminal that shows it, and starts it. */
export async function installServer(session: Session): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) {
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage("The server is installed only into a workspace that you trust.");
    return;
  }
  const exists = await isFile(vscode.Uri.joinPath(folder.uri, ".venv", "pyvenv.cfg"));
  const python = await selectedInterpreter(folder.uri);
  for (const step of installSteps(folder.uri.fsPath, process.platform, { exists, python })) {
    if ((await runInTerminal(folder, step)) !== 0) {
      void vscode.window.showErrorMessage("The Koreo server was not installed; the terminal tells why.");
      return;
    }
  }
  await session.restart();
}

/** Lets the user name the program, and keeps it as a setting. */
export async function chooseServer(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: "Choose koreo-ls", openLabel: "Use this server" });
  const path = chosen?.[0]?.fsPath;
  if (path !== undefined) {
    const target =
      vscode.workspace.workspaceFolders === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration("koreo").update("server.path", path, target);
  }
}

export async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false);
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void vscode.window.showWarningMessage("Open a folder first: the server is installed into its .venv.");
  }
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}

async function runInTerminal(folder: vscode.WorkspaceFolder, { program, args }: Step): Promise<number | undefined> {
  const execution = new vscode.ProcessExecution(program, args, { cwd: folder.uri.fsPath });
  const task = new vscode.Task({ type: "process" }, folder, "Install koreo-ls", "Koreo", execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  return new Promise((resolve, reject) => {
    let started: vscode.TaskExecution | undefined;
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution: ended, exitCode }) => {
      if (ended === started || ended.task.name === task.name) {
        listening.dispose();
        resolve(exitCode);
      }
    });
    vscode.tasks.executeTask(task).then(
      (execution) => (started = execution),
      (error: unknown) => {
        listening.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.File;
  } catch {
    return false;
  }
}
