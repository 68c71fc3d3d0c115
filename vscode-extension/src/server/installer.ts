// Installs the bundled server into an environment of its own, with the user's Python, while a notification tells how it goes.
import * as vscode from "vscode";
import { askPython, askVersion } from "./ask";
import { serverIn } from "./candidates";
import type { Bundle } from "./environments";
import { installSteps, progressOf } from "./install";
import type { Environments } from "./own";
import { findPython, NEEDED, pythonCandidates, type PythonSearch } from "./pythons";
import { runStep } from "./run";
import type { Session } from "./session";
import { surroundings } from "./surroundings";
import { onlyOutside } from "./trust";

export class Installer {
  private isWorking = false;

  constructor(
    private readonly session: Session,
    private readonly environments: Environments,
  ) {}

  /** Installs the bundled server, also over one that is there, and starts it. One installation at a time. */
  async install(): Promise<void> {
    if (this.isWorking) {
      this.session.output.show();
      return;
    }
    this.isWorking = true;
    try {
      await this.installOnce();
    } finally {
      this.isWorking = false;
    }
  }

  /** Offers a newer server than the one of the extension's own environment. */
  async offerUpdate(version: string): Promise<void> {
    const bundle = await this.environments.bundle();
    if (bundle === null || !(await this.environments.find()).update) {
      return;
    }
    const told =
      bundle.version === version
        ? `This extension brings another build of the Koreo server ${version}.`
        : `This extension brings the Koreo server ${bundle.version}; the one that runs is ${version}.`;
    if ((await vscode.window.showInformationMessage(told, "Update", "Later")) === "Update") {
      await this.install();
    }
  }

  private async installOnce(): Promise<void> {
    const bundle = await this.environments.bundle();
    if (bundle === null) {
      void vscode.window.showErrorMessage(
        "This build of the extension brings no server. `npm run package` makes one that does; or choose a server that is there.",
      );
      return;
    }
    const failure = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Koreo server", cancellable: true },
      async (progress, cancellation) => {
        const stop = new AbortController();
        cancellation.onCancellationRequested(() => {
          stop.abort();
        });
        progress.report({ message: "looking for Python" });
        const found = await searchPython();
        if (found.python === null) {
          return found;
        }
        return this.make(bundle, found.python.executable, stop.signal, (message) => {
          progress.report({ message });
        });
      },
    );
    if (failure === null) {
      await this.started(bundle);
    } else if (failure === "cancelled") {
      this.session.output.info("The installation was cancelled.");
    } else if (typeof failure === "string") {
      await this.tell(`The Koreo server was not installed: ${failure}.`, { "Try again": "koreo.installServer" });
    } else {
      for (const reason of failure.reasons) {
        this.session.output.warn(reason);
      }
      await this.tell(missingPython(failure), { "Choose Python…": "koreo.choosePython" });
    }
  }

  /** Why it cannot be made; null when it is ready. */
  private async make(
    bundle: Bundle,
    python: string,
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<string | null> {
    const { environments, session } = this;
    const target = environments.folderOf(bundle);
    session.output.info(`Installing koreo-ls ${bundle.version} into ${target}`);
    if ((await environments.find()).folder === target) {
      await session.stop(); // Windows does not replace programs that run
    }
    const cwd = await environments.begin(bundle);
    for (const step of installSteps(python, target, environments.wheelOf(bundle), process.platform)) {
      report(step.title);
      session.output.info([step.program, ...step.args].join(" "));
      const line = (text: string): void => {
        session.output.info(text);
        const message = progressOf(text);
        if (message !== null) {
          report(message);
        }
      };
      const failure = await runStep(step, cwd, { line, signal });
      if (failure !== null) {
        session.output.error(`Failed while ${step.title}: ${failure}`);
        return signal.aborted ? "cancelled" : failure;
      }
    }
    const answer = await askVersion(serverIn(target, process.platform));
    if (answer.kind !== "version") {
      return answer.kind === "failed" ? answer.reason : "pip has put no koreo-ls there";
    }
    await environments.finish(bundle);
    return null;
  }

  private async started(bundle: Bundle): Promise<void> {
    await this.session.restart();
    await this.environments.tidy();
    const { state } = this.session;
    const own = this.environments.folderOf(bundle);
    if (state.kind === "running" && !state.server.path.startsWith(own)) {
      await this.tell(`The Koreo server is installed, but ${state.server.source} comes first: ${state.server.path}.`, {});
    } else if (state.kind === "missing") {
      await this.tell("The Koreo server is installed, but the setting koreo.server.path names another one.", {
        "Open settings": "koreo.openServerSettings",
      });
    }
  }

  private async tell(text: string, choices: Record<string, string>): Promise<void> {
    const all: Record<string, string> = { ...choices, "Show output": "koreo.showOutput" };
    const chosen = await vscode.window.showWarningMessage(text, ...Object.keys(all));
    const command = chosen === undefined ? undefined : all[chosen];
    if (command !== undefined) {
      await vscode.commands.executeCommand(command);
    }
  }
}

async function searchPython(): Promise<PythonSearch> {
  const around = await surroundings(null);
  const folder = vscode.workspace.workspaceFolders?.[0];
  const setting = vscode.workspace.getConfiguration("koreo", folder).get<string>("server.python", "");
  const ask = around.trusted ? askPython : onlyOutside(around.folders, around.platform, askPython);
  return findPython(pythonCandidates(around, setting), ask);
}

function missingPython({ reasons }: PythonSearch): string {
  return [`The Koreo server needs ${NEEDED}, and none was found.`, ...reasons.slice(0, 3), "Install one, or choose it."].join(" ");
}
