// The Python environment that the user has selected, as the Python extension or the settings tell it.
import * as vscode from "vscode";
import { interpreterOf, orNothing, type Environments } from "./interpreter";

interface PythonApi {
  environments?: Environments & { onDidChangeActiveEnvironmentPath: vscode.Event<unknown> };
}

const EXTENSION = "ms-python.python";

/** The path of the selected interpreter; null when none is selected, or only a bare name such as `python`. */
export async function selectedInterpreter(folder: vscode.Uri | undefined): Promise<string | null> {
  const setting = vscode.workspace.getConfiguration("python", folder).get<string>("defaultInterpreterPath", "");
  return interpreterOf((await pythonApi())?.environments, folder, setting);
}

/** Calls back when another environment is selected; does nothing without the Python extension. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments?.onDidChangeActiveEnvironmentPath(changed);
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(EXTENSION);
  return extension && orNothing(() => extension.activate());
}
