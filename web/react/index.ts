import { type HTMLAttributes, type RefAttributes, useSyncExternalStore } from "react";
import type { HawserSession, SessionState } from "../client/index.js";
import type { HawserElements } from "../elements/index.js";

/** The state of a session, for a component to show: rendered again at most once a frame, when something changed. */
export function useHawserSession(session: Pick<HawserSession, "subscribe" | "getSnapshot">): SessionState {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
}

/** The elements in JSX: an element's own properties, and what every HTML element takes. React 18 sets attributes only. */
type ElementProps = {
  [Tag in keyof HawserElements]: HTMLAttributes<HawserElements[Tag]> &
    RefAttributes<HawserElements[Tag]> &
    Partial<Omit<HawserElements[Tag], keyof HTMLElement>>;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends ElementProps {}
  }
}
