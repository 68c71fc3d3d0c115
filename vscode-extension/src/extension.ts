// Puts the parts together: the server's session, and what is made of what it says.
import * as vscode from "vscode";
import type { LanguageClient, Location, Position } from "vscode-languageclient/node";
import { tellOfFolders } from "./folders";
import { GraphPanel } from "./graph/panel";
import { Previews } from "./preview/previews";
import { PREVIEW_CHANGED } from "./protocol";
import { Installer } from "./server/installer";
import { Environments } from "./server/own";
import { onInterpreterChange } from "./server/python";
import { Session } from "./server/session";
import { adviseOn, choosePython, chooseServer, openServerSettings, openWalkthrough } from "./server/setup";
import { createStatusBar, showMenu } from "./statusBar";
import { TestExplorer } from "./tests/explorer";

const RESTARTING_SETTINGS = ["koreo.server.path", "koreo.server.args"];
const WORKFLOW = /^kind:\s*["']?Workflow\b/m;

let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("Koreo", { log: true });
  const tests = new TestExplorer();
  const previews = new Previews();
  const graph = new GraphPanel();
  const environments = new Environments(context.globalStorageUri.fsPath, context.extensionUri.fsPath);
  const session = new Session(
    output,
    (client) =>
      vscode.Disposable.from(
        tests.attach(client),
        previews.attach(client),
        graph.attach(client),
        tellOfFolders(client),
        // A client has one listener for each notification.
        client.onNotification(PREVIEW_CHANGED, () => {
          previews.refreshSoon();
          graph.refreshSoon();
        }),
      ),
    {
      // The server would answer with a text; a preview of the same case goes on changing with it.
      executeCommand: (command, args: unknown[], next) =>
        command === "koreo.showObject" ? previews.openCase(args) : (next(command, args) as unknown),
    },
    environments,
  );
  const installer = new Installer(session, environments);
  stop = async () => {
    await session.stop();
    output.dispose(); // not before: the last words of a server go there
  };
  context.subscriptions.push(
    tests,
    previews,
    graph,
    session,
    createStatusBar(session, tests),
    adviseOn(session, installer),
    session.onDidChange((state) => {
      setContext("koreo.serverRunning", state.kind === "running");
    }),
    ...registerCommands(session, installer, previews, graph),
    ...followWorkspace(session),
  );
  await session.restart();
  const listening = await onInterpreterChange(() => {
    void session.restart();
  });
  if (listening !== undefined) {
    context.subscriptions.push(listening);
  }
}

export async function deactivate(): Promise<void> {
  await stop?.();
}

function registerCommands(
  session: Session,
  installer: Installer,
  previews: Previews,
  graph: GraphPanel,
): vscode.Disposable[] {
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    "koreo.openPreview": (...args) => previews.open(args),
    "koreo.openGraph": (...args) => graph.open(args),
    "koreo.showReferences": (...args) => showReferences(session.client, args),
    "koreo.restartServer": () => session.restart(),
    "koreo.showOutput": () => {
      session.output.show();
    },
    "koreo.serverStatus": () => showStatus(session),
    "koreo.showMenu": () => showMenu(session),
    "koreo.installServer": () => installer.install(),
    "koreo.chooseServer": chooseServer,
    "koreo.choosePython": () => choosePython(installer),
    "koreo.openServerSettings": openServerSettings,
    "koreo.openWalkthrough": openWalkthrough,
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
}

/** Restarts the server for what needs it, and tells menus where the cursor is. */
function followWorkspace(session: Session): vscode.Disposable[] {
  let was: boolean | undefined;
  const look = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const is = document?.languageId === "koreo" && WORKFLOW.test(document.getText());
    if (is !== was) {
      was = is;
      setContext("koreo.inWorkflow", is);
    }
  };
  const lookAt = (document: vscode.TextDocument): void => {
    if (document === vscode.window.activeTextEditor?.document) {
      look();
    }
  };
  look();
  return [
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.workspace.onDidOpenTextDocument(lookAt), // also when a text gets another language
    vscode.workspace.onDidChangeTextDocument((change) => {
      lookAt(change.document);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (RESTARTING_SETTINGS.some((setting) => change.affectsConfiguration(setting))) {
        void session.restart();
      }
    }),
  ];
}

/** Shows references as the editor does, given as the protocol says them: URI, position, locations. */
async function showReferences(client: LanguageClient | null, [uri, position, locations]: unknown[]): Promise<void> {
  const converter = client?.protocol2CodeConverter;
  if (converter !== undefined) {
    await vscode.commands.executeCommand(
      "editor.action.showReferences",
      converter.asUri(uri as string),
      converter.asPosition(position as Position),
      (locations as Location[]).map((location) => converter.asLocation(location)),
    );
  }
}

/** Writes what the server says of itself where a bug report can take it from. */
async function showStatus(session: Session): Promise<void> {
  const { client, state } = session;
  if (client === null || state.kind !== "running") {
    void vscode.window.showInformationMessage("The Koreo server does not run.");
    return;
  }
  const status: unknown = await client.sendRequest("workspace/executeCommand", {
    command: "koreo.status",
    arguments: [],
  });
  const content = `${JSON.stringify({ server: state.server.path, from: state.server.source, ...(status as object) }, null, 2)}\n`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content }));
}

function setContext(name: string, isSet: boolean): void {
  void vscode.commands.executeCommand("setContext", name, isSet);
}
