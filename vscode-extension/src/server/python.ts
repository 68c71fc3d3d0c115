// The Python environment that the user has selected, as the Python extension or the settings tell it.
import * as vscode from "vscode";

/** The part of the API of `ms-python.python` that is used here (its version 2023.4 and later). */
interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const EXTENSION = "ms-python.python";

/** The path of the selected interpreter; null when none is selected, or only a bare name such as `python`. */
export async function selectedInterpreter(folder: vscode.Uri | undefined): Promise<string | null> {
  const environments = (await pythonApi())?.environments;
  if (environments !== undefined) {
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    if (resolved?.executable.uri !== undefined) {
      return resolved.executable.uri.fsPath;
    }
  }
  const setting = vscode.workspace.getConfiguration("python", folder).get<string>("defaultInterpreterPath", "");
  const path = setting.replaceAll("${workspaceFolder}", () => folder?.fsPath ?? "");
  return /[/\\]/.test(path) ? path : null;
}

/** Calls back when another environment is selected; does nothing without the Python extension. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments?.onDidChangeActiveEnvironmentPath(changed);
}

async function pythonApi(): Promise<PythonApi | undefined> {
  try {
    return await vscode.extensions.getExtension<PythonApi>(EXTENSION)?.activate();
  } catch {
    return undefined; // its failure is its own to tell
  }
}
