// Which paths may be folders with Koreo files in them, by their names. Pure.

const SKIPPED = /\/(?:\.git|node_modules|__pycache__)(?:\/|$)/;
const EXTENSION = /[^/]\.[A-Za-z]\w*$/; // of a file; "v1.2" is none

/** Whether a path, with forward slashes, may be such a folder. A folder whose name looks like a file's is not known as one. */
export function mayBeFolder(path: string): boolean {
  return !SKIPPED.test(path) && !EXTENSION.test(path);
}
