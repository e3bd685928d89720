// The items the page shows, in order, and what changed among them since the view last looked.

/**
 * An empty state. `items` are shown in order; `runs` holds those that have not ended, oldest first.
 * `dirty`, `removed` and `reset` tell the view what changed since `takeChanges`.
 */
export function createState() {
  return {
    epoch: null,
    last: 0,
    items: [],
    byKey: new Map(),
    runs: new Map(),
    dirty: new Set(),
    removed: [],
    reset: true,
  };
}

/** The changes since the last call. */
export function takeChanges(state) {
  const changes = { reset: state.reset, dirty: [...state.dirty], removed: state.removed };
  state.reset = false;
  state.dirty = new Set();
  state.removed = [];
  return changes;
}

/** An item goes after the last one of its run: messages that wait in line stay below the answer before them. */
export function add(state, item) {
  item.key = item.kind + ":" + item.id;
  let at = state.items.length;
  if (item.runId && item.kind !== "user") {
    const last = state.items.findLastIndex((one) => one.runId === item.runId);
    if (last >= 0) at = last + 1;
  }
  state.items.splice(at, 0, item);
  state.byKey.set(item.key, item);
  state.dirty.add(item);
  return item;
}

/** Changes an item, if it is there. */
export function change(state, key, fields) {
  const item = state.byKey.get(key);
  if (!item) return;
  Object.assign(item, fields);
  state.dirty.add(item);
}

/** Takes out what a run has brought so far, but not what people said or decided. */
export function dropOutput(state, runId) {
  const drop = (item) => item.runId === runId && item.kind !== "user" && !(item.kind === "approval" && item.decision);
  for (const item of state.items.filter(drop)) {
    state.removed.push(item.key);
    state.byKey.delete(item.key);
    state.dirty.delete(item);
  }
  state.items = state.items.filter((item) => !drop(item));
}
