// The view with the graph of a Workflow: a webview beside the editor. A click on a step leads to it.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { offered } from "../offered";
import { readSource } from "../preview/page";
import { GRAPH, type GraphAnswer, type GraphParams } from "../protocol";
import { emptyPage, graphPage } from "./page";

const QUIET = 200; // milliseconds without another change before the graph is drawn anew
const NO_WORKFLOW = "There is no Workflow at the cursor.";

export class GraphPanel implements vscode.Disposable {
  private client: LanguageClient | null = null;
  private panel: vscode.WebviewPanel | null = null;
  private source: GraphParams | null = null;
  private shown: GraphAnswer | null = null;
  private timer: NodeJS.Timeout | undefined;

  attach(client: LanguageClient): vscode.Disposable {
    this.client = client;
    return new vscode.Disposable(() => {
      this.client = null;
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
  }

  /** Opens the graph of the Workflow that a lens names, or of the one at the cursor. */
  async open(args: readonly unknown[]): Promise<void> {
    const given = args[0] instanceof vscode.Uri ? null : readSource(args);
    const source = given ?? this.atCursor();
    if (source === null) {
      return;
    }
    this.source = { uri: source.uri, position: source.position, format: "svg", run: true };
    this.shown = null;
    this.panel ??= this.createPanel();
    this.panel.reveal(undefined, true);
    await this.draw();
  }

  /** Draws anew once nothing has changed for a moment. */
  refreshSoon(): void {
    if (this.panel !== null) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.draw(), QUIET);
    }
  }

  private createPanel(): vscode.WebviewPanel {
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("koreo.graph", "Koreo graph", beside, {
      enableScripts: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => (this.panel = null));
    panel.webview.onDidReceiveMessage((message: unknown) => this.goTo(message));
    return panel;
  }

  private async draw(): Promise<void> {
    const { panel, client, source } = this;
    if (panel === null || client === null || source === null) {
      return;
    }
    const answer = await offered(client.sendRequest(GRAPH, source));
    if (answer !== null && answer.text === this.shown?.text && answer.notes.join() === this.shown.notes.join()) {
      this.shown = answer; // places may have moved
      return;
    }
    if (answer === null && this.shown !== null) {
      return; // half-typed: the last graph stays
    }
    this.shown = answer;
    const nonce = randomBytes(16).toString("hex");
    panel.title = answer?.title ?? "Koreo graph";
    panel.webview.html =
      answer === null ? emptyPage(NO_WORKFLOW, nonce) : graphPage({ title: answer.title, svg: answer.text, notes: answer.notes, nonce });
  }

  private async goTo(message: unknown): Promise<void> {
    if (typeof message !== "object" || message === null || !("open" in message)) {
      return;
    }
    const node = this.shown?.nodes.find((each) => each.id === message.open || each.label === message.open);
    const target = this.client?.protocol2CodeConverter.asLocation(node?.target);
    if (target !== undefined) {
      await vscode.window.showTextDocument(target.uri, {
        selection: new vscode.Range(target.range.start, target.range.start),
        viewColumn: vscode.ViewColumn.One,
      });
    }
  }

  private atCursor(): { uri: string; position: GraphParams["position"] } | null {
    const editor = vscode.window.activeTextEditor;
    const converter = this.client?.code2ProtocolConverter;
    if (editor === undefined || converter === undefined) {
      return null;
    }
    const position = converter.asPosition(editor.selection.active);
    return { uri: converter.asUri(editor.document.uri), position };
  }
}
