// The status bar: whether the server runs and the tests pass. A click offers what can be done about it.
import * as vscode from "vscode";
import type { Session } from "./server/session";
import { statusText } from "./statusText";
import type { TestExplorer } from "./tests/explorer";

const COLOURS = {
  normal: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
};

export function createStatusBar(session: Session, tests: TestExplorer): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("koreo.status", vscode.StatusBarAlignment.Left);
  item.name = "Koreo";
  item.command = "koreo.showMenu";
  const show = (): void => {
    const { text, tooltip, level } = statusText(session.state, tests.totals);
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = COLOURS[level];
    item.show();
  };
  show();
  return vscode.Disposable.from(item, session.onDidChange(show), tests.onDidChange(show));
}

/** Offers the commands that help in the state of the server. */
export async function showMenu(session: Session): Promise<void> {
  const isRunning = session.state.kind === "running";
  const entries: (vscode.QuickPickItem & { command: string })[] = [
    ...(isRunning
      ? [
          { label: "$(beaker) Show the tests", command: "workbench.view.testing.focus" },
          { label: "$(info) Server status", command: "koreo.serverStatus" },
        ]
      : [
          { label: "$(cloud-download) Install the server", command: "koreo.installServer" },
          { label: "$(folder-opened) Choose the server…", command: "koreo.chooseServer" },
        ]),
    { label: "$(debug-restart) Restart the server", command: "koreo.restartServer" },
    { label: "$(output) Show output", command: "koreo.showOutput" },
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: "Koreo" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
