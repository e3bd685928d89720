import { useSyncExternalStore } from "react";
import type { HawserSession, SessionState } from "../client/index.js";

/** The state of a session, for a component to show: rendered again at most once a frame, when something changed. */
export function useHawserSession(session: Pick<HawserSession, "subscribe" | "getSnapshot">): SessionState {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
}
