// The life of the server: find, start, watch over, restart, stop. Everything that changes it goes one after another.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type LanguageClient,
  type Middleware,
  State as ClientState,
} from "vscode-languageclient/node";
import { askVersion } from "./ask";
import { candidates } from "./candidates";
import { createClient } from "./client";
import { Crashes } from "./crashes";
import { findServer, type Failure, type Server } from "./find";
import type { Environments } from "./own";
import { surroundings } from "./surroundings";
import { onlyOutside } from "./trust";

export type State =
  | { kind: "starting" }
  | { kind: "running"; server: Server }
  | { kind: "missing"; failures: Failure[] }
  | { kind: "failed"; reason: string }
  | { kind: "stopped" };

export class Session implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<State>();
  private readonly crashes = new Crashes();
  private work: Promise<void> = Promise.resolve();
  private current: State = { kind: "stopped" };
  private running: LanguageClient | null = null;
  private attached: vscode.Disposable | null = null;

  readonly onDidChange = this.changes.event;

  constructor(
    readonly output: vscode.LogOutputChannel,
    private readonly attach: (client: LanguageClient) => vscode.Disposable,
    private readonly middleware: Middleware,
    private readonly environments: Environments,
  ) {}

  get state(): State {
    return this.current;
  }

  /** The client of a running server. */
  get client(): LanguageClient | null {
    return this.current.kind === "running" ? this.running : null;
  }

  /** Starts the server, another one if there is one already. Returns when it runs, or cannot. */
  restart(): Promise<void> {
    this.crashes.forget();
    return this.next(async () => {
      await this.end();
      await this.begin();
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.end());
  }

  dispose(): void {
    this.changes.dispose();
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.work = this.work.then(work, work);
    return this.work;
  }

  private async begin(): Promise<void> {
    this.enter({ kind: "starting" });
    const folder = vscode.workspace.workspaceFolders?.[0];
    const around = await surroundings((await this.environments.find()).folder);
    const places = candidates(around);
    const { server, failures } = await findServer(
      places,
      around.trusted ? askVersion : onlyOutside(around.folders, around.platform, askVersion),
    );
    for (const failure of failures) {
      this.output.warn(`${failure.path} (${failure.source}) cannot be used: ${failure.reason}`);
    }
    if (server === null) {
      this.output.warn("No koreo-ls found. Looked at:", ...places.map((place) => `\n  ${place.path}`));
      this.enter({ kind: "missing", failures });
      return;
    }
    this.output.info(`koreo-ls ${server.version} from ${server.source}: ${server.path}`);
    await this.run(server, vscode.workspace.getConfiguration("koreo", folder).get<string[]>("server.args", []));
  }

  private async run(server: Server, args: string[]): Promise<void> {
    const errorHandler = {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => this.crashed(),
    };
    const client = createClient(server.path, args, this.output, errorHandler, this.middleware);
    const attached = this.attach(client);
    client.onDidChangeState(({ newState }) => {
      if (newState === ClientState.Running) {
        this.enter({ kind: "running", server });
      } else if (newState === ClientState.Starting) {
        this.enter({ kind: "starting" });
      } else if (this.current.kind === "running") {
        this.enter({ kind: "stopped" });
      }
    });
    this.running = client;
    this.attached = attached;
    try {
      await client.start();
    } catch (error) {
      this.output.error("koreo-ls does not start:", error instanceof Error ? error.message : String(error));
      this.enter({ kind: "failed", reason: "it does not start" });
    }
  }

  private crashed(): { action: CloseAction; handled: boolean } {
    if (this.crashes.note(Date.now()) === "restart") {
      this.output.error("koreo-ls has ended unexpectedly and is started again.");
      return { action: CloseAction.Restart, handled: true };
    }
    this.output.error("koreo-ls has ended unexpectedly five times within three minutes and stays stopped.");
    this.enter({ kind: "failed", reason: "it ended unexpectedly again and again" });
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private async end(): Promise<void> {
    const client = this.running;
    this.running = null;
    this.attached?.dispose();
    this.attached = null;
    this.enter({ kind: "stopped" });
    if (client !== null) {
      try {
        await client.dispose(3000);
      } catch (error) {
        this.output.warn("koreo-ls did not stop in order:", error instanceof Error ? error.message : String(error));
      }
    }
  }

  private enter(state: State): void {
    this.current = state;
    this.changes.fire(state);
  }
}
