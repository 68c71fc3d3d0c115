// What the user can do when there is no server: install one, choose one, learn how.
import * as vscode from "vscode";
import { OWN } from "./candidates";
import { placeOf } from "./chosen";
import type { Installer } from "./installer";
import { NEEDED } from "./pythons";
import type { Session, State } from "./session";

const WALKTHROUGH = "koreo-lang.koreo#start";

/**
 * Says once, when the server is missing or fails, what to do; says it again after it has run in between. Offers a newer
 * server once.
 */
export function adviseOn(session: Session, installer: Installer): vscode.Disposable {
  let said = "";
  let offered = false;
  return session.onDidChange((state) => {
    if (state.kind === "running") {
      said = "";
      if (state.server.source === OWN && !offered) {
        offered = true;
        void installer.offerUpdate(state.server.version);
      }
    }
    if ((state.kind === "missing" || state.kind === "failed") && said !== state.kind) {
      said = state.kind;
      void advise(state);
    }
  });
}

async function advise(state: State): Promise<void> {
  const choices = choicesFor(state);
  const chosen = await vscode.window.showWarningMessage(adviceFor(state), ...Object.keys(choices));
  const command = chosen === undefined ? undefined : choices[chosen];
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
  }
}

function choicesFor(state: State): Record<string, string> {
  if (state.kind === "failed") {
    return { "Restart": "koreo.restartServer", "Show output": "koreo.showOutput" };
  }
  const first: Record<string, string> = isServerNamed()
    ? { "Open settings": "koreo.openServerSettings" }
    : { "Install the server": "koreo.installServer" };
  if (!vscode.workspace.isTrusted) {
    return { ...first, "Manage trust…": "workbench.trust.manage", "Learn more": "koreo.openWalkthrough" };
  }
  return { ...first, "Choose…": "koreo.chooseServer", "Learn more": "koreo.openWalkthrough" };
}

function isServerNamed(): boolean {
  return vscode.workspace.getConfiguration("koreo").get<string>("server.path", "").trim() !== "";
}

function adviceFor(state: State): string {
  if (state.kind === "failed") {
    return `The Koreo language server does not run: ${state.reason}.`;
  }
  const failure = state.kind === "missing" ? state.failures[0] : undefined;
  if (failure !== undefined) {
    return `The Koreo language server from ${failure.source} cannot be used: ${failure.reason} (${failure.path}).`;
  }
  return isServerNamed()
    ? "There is no server at the place that the setting koreo.server.path names."
    : "The Koreo language server is not installed. Without it there are colours, but no problems, completion or tests.";
}

/** Lets the user name the server, and keeps it as the user's setting, or where the workspace has it already. */
export async function chooseServer(): Promise<void> {
  const target =
    placeOf(vscode.workspace.getConfiguration("koreo").inspect("server.path")) === "workspace"
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
  await choose("server.path", target, "Choose koreo-ls", "Use this server");
}

/** Lets the user name the Python to install the server with, keeps it as the user's setting, and installs. */
export async function choosePython(installer: Installer): Promise<void> {
  if (await choose("server.python", vscode.ConfigurationTarget.Global, `Choose ${NEEDED}`, "Use this Python")) {
    await installer.install();
  }
}

export async function openServerSettings(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "koreo.server");
}

async function choose(
  setting: string,
  target: vscode.ConfigurationTarget,
  title: string,
  openLabel: string,
): Promise<boolean> {
  const chosen = await vscode.window.showOpenDialog({ title, openLabel });
  const path = chosen?.[0]?.fsPath;
  if (path === undefined) {
    return false;
  }
  await vscode.workspace.getConfiguration("koreo").update(setting, path, target);
  return true;
}

export async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false);
}
