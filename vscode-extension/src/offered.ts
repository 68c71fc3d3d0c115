// Answers of a server that may be older than this extension.
import { ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageclient/node";

const NO_ANSWER: readonly number[] = [
  ErrorCodes.MethodNotFound,
  LSPErrorCodes.RequestCancelled,
  LSPErrorCodes.ServerCancelled,
  LSPErrorCodes.ContentModified,
];

/** The answer to a request; null where the server does not know the request, or has dropped it. */
export async function offered<T>(answer: Promise<T | null>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResponseError && NO_ANSWER.includes(error.code)) {
      return null;
    }
    throw error;
  }
}
