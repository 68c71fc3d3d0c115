// Tells the server of folders that come and go on the disk. It asks to be told of files by their names, but of a folder with
// all that is in it the editor makes one event, which bears none of those names.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { mayBeFolder } from "./folderNames";

const CREATED = 1; // LSP 3.17, FileChangeType
const DELETED = 3;
const GATHERING = 100; // milliseconds in which events become one message

export function tellOfFolders(client: LanguageClient): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher("**", false, true, false);
  const happened = new Map<string, { uri: vscode.Uri; type: number }>();
  let timer: NodeJS.Timeout | undefined;
  const note = (uri: vscode.Uri, type: number): void => {
    if (uri.scheme === "file" && mayBeFolder(uri.path)) {
      happened.set(uri.toString(), { uri, type });
      timer ??= setTimeout(() => void tell(), GATHERING);
    }
  };
  const tell = async (): Promise<void> => {
    timer = undefined;
    const events = [...happened.values()];
    happened.clear();
    // What is gone cannot be asked any more whether it was a folder.
    const isTold = await Promise.all(events.map(async ({ uri, type }) => type === DELETED || (await isFolder(uri))));
    const changes = events
      .filter((_, i) => isTold[i])
      .map(({ uri, type }) => ({ uri: client.code2ProtocolConverter.asUri(uri), type }));
    if (changes.length > 0 && client.isRunning()) {
      await client.sendNotification("workspace/didChangeWatchedFiles", { changes });
    }
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate((uri) => {
      note(uri, CREATED);
    }),
    watcher.onDidDelete((uri) => {
      note(uri, DELETED);
    }),
    new vscode.Disposable(() => {
      clearTimeout(timer);
    }),
  );
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false; // gone again
  }
}
