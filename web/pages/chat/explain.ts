import { retryOf } from "../../client/index.js";

/** Why a connection is over, and what a person can do about it. */
export interface Explanation {
  readonly text: string;
  readonly remedy: "again" | "new" | "sign-in" | "sign-in-again" | "reload";
}

/** Says why a wire that was closed with a code does not come back by itself. */
export function explain(code: number): Explanation {
  switch (code) {
    case 4000:
      return { text: "Sign in to go on.", remedy: "sign-in" };
    case 4001:
      return { text: "Your sign-in has expired.", remedy: "sign-in-again" };
    case 4002:
      return { text: "Your sign-in was not accepted.", remedy: "sign-in-again" };
    case 4003:
      return { text: "This conversation does not exist here, or it belongs to somebody else.", remedy: "new" };
    case 4005:
      return { text: "The agent does not exist.", remedy: "new" };
    case 4010:
      return { text: "This page is older than the server.", remedy: "reload" };
    case 1000:
      return { text: "The connection was closed.", remedy: "again" };
    case 1009:
      return { text: "A message was too large for the server.", remedy: "again" };
    default:
      return retryOf(code) === "backoff"
        ? { text: "The server cannot be reached.", remedy: "again" }
        : { text: `The server closed the connection (${code}).`, remedy: "again" };
  }
}
