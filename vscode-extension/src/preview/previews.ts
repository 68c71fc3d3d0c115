// Previews: virtual documents with what a function or Workflow makes, updated while typing. Each field leads to the
// expression that made it (go to definition, hover).
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { offered } from "../offered";
import { PREVIEW, type PreviewAnswer, type PreviewParams } from "../protocol";
import { layOut, linkAt, readSource, type Page } from "./page";

const SCHEME = "koreo-preview";
/** The preview of wherever the cursor is. */
const FOLLOWING = vscode.Uri.from({ scheme: SCHEME, path: "/Koreo preview.yaml" });
const QUIET = 120; // milliseconds without another change before a preview is asked for anew

export class Previews
  implements vscode.TextDocumentContentProvider, vscode.DefinitionProvider, vscode.HoverProvider, vscode.Disposable
{
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly pages = new Map<string, Page>();
  private readonly registered: vscode.Disposable[];
  private client: LanguageClient | null = null;
  private followed: PreviewParams | null = null;
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.changes.event;

  constructor() {
    this.registered = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDefinitionProvider({ scheme: SCHEME }, this),
      vscode.languages.registerHoverProvider({ scheme: SCHEME }, this),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.follow(textEditor);
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.follow(editor);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.pages.delete(document.uri.toString())),
    ];
  }

  attach(client: LanguageClient): vscode.Disposable {
    this.client = client;
    return new vscode.Disposable(() => {
      this.client = null;
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.registered, this.changes).dispose();
  }

  /** Opens what a lens or a menu names, or else the preview that follows the cursor. */
  async open(args: readonly unknown[]): Promise<void> {
    const source = args[0] instanceof vscode.Uri ? null : readSource(args);
    this.follow(vscode.window.activeTextEditor);
    const isPinned = source !== null && (source.test !== null || source.position !== null);
    const uri = isPinned ? pinned(source) : FOLLOWING;
    if (!isPinned && source !== null) {
      this.followed = source;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    this.changes.fire(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  }

  /** Opens the preview of a case of a test: URI, name of the test, number of the case. */
  openCase([uri, test, index]: readonly unknown[]): Promise<void> {
    return this.open([{ uri, test, case: index }]);
  }

  /** Asks anew for all previews that are open, once nothing has changed for a moment. */
  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const document of vscode.workspace.textDocuments) {
        if (document.uri.scheme === SCHEME) {
          this.changes.fire(document.uri);
        }
      }
    }, QUIET);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const source = uri.query === "" ? this.followed : (JSON.parse(uri.query) as PreviewParams);
    const page = layOut(source === null ? null : await this.ask(source, token));
    this.pages.set(uri.toString(), page);
    return page.text;
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] {
    const link = this.link(document, position);
    return link === null ? [] : [link];
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const link = this.link(document, position);
    if (link === null) {
      return null;
    }
    const { targetUri, targetRange, originSelectionRange } = link;
    const line = targetRange.start.line + 1;
    const place = targetUri.with({ fragment: `L${line},${targetRange.start.character + 1}` });
    const text = new vscode.MarkdownString(
      `Made by [${vscode.workspace.asRelativePath(targetUri)}:${line}](${place.toString()})`,
    );
    return new vscode.Hover(text, originSelectionRange);
  }

  private link(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink | null {
    const page = this.pages.get(document.uri.toString());
    const link = page === undefined ? null : linkAt(page, position);
    const converter = this.client?.protocol2CodeConverter;
    if (link === null || converter === undefined) {
      return null;
    }
    const target = converter.asLocation(link.target);
    return {
      originSelectionRange: converter.asRange(link.range),
      targetUri: target.uri,
      targetRange: target.range,
    };
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    const client = this.client;
    if (client === null || editor?.document.languageId !== "koreo") {
      return;
    }
    this.followed = {
      uri: client.code2ProtocolConverter.asUri(editor.document.uri),
      position: client.code2ProtocolConverter.asPosition(editor.selection.active),
      test: null,
      case: null,
    };
    if (this.pages.has(FOLLOWING.toString())) {
      this.refreshSoon();
    }
  }

  private async ask(source: PreviewParams, token: vscode.CancellationToken): Promise<PreviewAnswer | null> {
    return this.client === null ? null : offered(this.client.sendRequest(PREVIEW, source, token));
  }
}

/** The address of the preview of one place; it holds all that is needed to ask for it again. */
function pinned(source: PreviewParams): vscode.Uri {
  const name = source.test ?? vscode.Uri.parse(source.uri).path.split("/").at(-1) ?? "preview";
  const suffix = source.case === null ? "" : `, case ${source.case + 1}`;
  return vscode.Uri.from({ scheme: SCHEME, path: `/Preview of ${name}${suffix}.yaml`, query: JSON.stringify(source) });
}
