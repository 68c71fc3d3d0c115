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

const CANCELLED = "it was cancelled";
const OUTPUT = { "Show output": "koreo.showOutput" };

/** What is told at the end, and the commands that are offered with it. */
interface Message {
  text: string;
  choices: Record<string, string>;
}

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
    let message: Message | null;
    try {
      message = await this.installOnce();
    } finally {
      this.isWorking = false;
    }
    if (message !== null) {
      await tell(message); // what is chosen may install again
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

  private async installOnce(): Promise<Message | null> {
    const bundle = await this.environments.bundle();
    if (bundle === null) {
      return {
        text: "This build of the extension brings no server. `npm run package` makes one that does; or choose a server that is there.",
        choices: { "Choose…": "koreo.chooseServer" },
      };
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
      return this.start(bundle);
    }
    if (this.session.state.kind === "stopped") {
      await this.session.restart(); // it was stopped to be replaced
    }
    if (failure === CANCELLED) {
      this.session.output.info("The installation was cancelled.");
      return null;
    }
    if (typeof failure === "string") {
      const text = `The Koreo server was not installed: ${failure}.`;
      return { text, choices: { "Try again": "koreo.installServer", ...OUTPUT } };
    }
    for (const reason of failure.reasons) {
      this.session.output.warn(reason);
    }
    return { text: missingPython(failure), choices: { "Choose Python…": "koreo.choosePython", ...OUTPUT } };
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
        return signal.aborted ? CANCELLED : failure;
      }
    }
    const answer = await askVersion(serverIn(target, process.platform));
    if (answer.kind !== "version") {
      return answer.kind === "failed" ? answer.reason : "pip has put no koreo-ls there";
    }
    await environments.finish(bundle);
    return null;
  }

  /** Starts the server; tells if it is not the one that was installed. */
  private async start(bundle: Bundle): Promise<Message | null> {
    await this.session.restart();
    await this.environments.tidy();
    const { state } = this.session;
    const own = this.environments.folderOf(bundle);
    if (state.kind === "running" && !state.server.path.startsWith(own)) {
      const text = `The Koreo server is installed, but that from ${state.server.source} comes first: ${state.server.path}.`;
      return { text, choices: {} };
    }
    if (state.kind === "missing") {
      const text = "The Koreo server is installed, but the setting koreo.server.path names another one.";
      return { text, choices: { "Open settings": "koreo.openServerSettings" } };
    }
    return null;
  }
}

async function tell({ text, choices }: Message): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(text, ...Object.keys(choices));
  const command = chosen === undefined ? undefined : choices[chosen];
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
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
