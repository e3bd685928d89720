// Keeps the document in step with the state, at most once a frame.
import { h } from "./dom.js";
import { component } from "./items.js";
import { activeRun, takeChanges } from "./state.js";

const byId = (id) => document.getElementById(id);
const NEAR_END_PX = 80;

export class View {
  #session = null;
  #actions;
  #components = new Map();
  #frame = 0;
  #announced = new Set();
  #catchingUp = true;
  #follow = true;

  constructor(actions) {
    this.#actions = actions;
    const scroll = byId("scroll");
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    byId("latest").addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#keepAtEnd()).observe(scroll);
  }

  /** Shows another conversation from now on. */
  show(session) {
    this.#session = session;
    session.state.reset = true;
    this.#catchingUp = true;
    this.#announced.clear();
    this.#follow = true;
    this.changed();
  }

  /** Something changed: draw with the next frame (a hidden page draws when it is seen again). */
  changed() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Goes to the newest item and follows from there. */
  toEnd() {
    this.#follow = true;
    this.#keepAtEnd();
    this.#scrolled();
  }

  #draw() {
    const { state, outbox } = this.#session;
    const { reset, dirty, removed } = takeChanges(state);
    if (reset) {
      byId("log").replaceChildren();
      this.#components.clear();
    }
    for (const key of removed) {
      this.#components.get(key)?.node.remove();
      this.#components.delete(key);
    }
    const waiting = state.items.filter((item) => item.kind === "approval" && !item.decision && !item.ended);
    for (const item of new Set(reset ? state.items : [...dirty, ...waiting])) this.#drawItem(item);
    this.#drawPending(outbox);
    this.#drawRun(state);
    const empty = state.items.length === 0 && outbox.commands.length === 0;
    byId("welcome").hidden = !empty || (this.#session.exists && !state.epoch && !this.#session.missing);
    byId("chips").hidden = empty;
    this.#announce(dirty);
    if (empty) byId("scroll").scrollTop = 0;
    else this.#keepAtEnd();
    this.#scrolled();
  }

  #drawItem(item) {
    let drawn = this.#components.get(item.key);
    if (!drawn) {
      drawn = component(item, this.#actions);
      this.#components.set(item.key, drawn);
      // What was there before appears at once; only what is new moves.
      drawn.node.classList.toggle("fresh", !this.#catchingUp);
      const items = this.#session.state.items;
      let next = items.lastIndexOf(item) + 1;
      while (next < items.length && !this.#components.has(items[next].key)) next += 1;
      byId("log").insertBefore(drawn.node, this.#components.get(items[next]?.key)?.node ?? null);
    }
    drawn.update(item);
  }

  #drawPending(outbox) {
    const messages = outbox.commands.filter((command) => command.type === "data.message.send");
    byId("pending").replaceChildren(
      ...messages.map(({ id, payload, failed }) =>
        h(
          "li",
          { class: "item user " + (failed ? "refused" : "unsent") },
          h("div", { class: "bubble" }, payload.text),
          h(
            "p",
            { class: "bubble-note" },
            failed ? `Not sent: ${failed}` : "Sending",
            failed &&
              h(
                "button",
                { type: "button", class: "small", onclick: () => this.#actions.resend(id, payload.text) },
                "Send again",
              ),
            failed &&
              h("button", { type: "button", class: "small", onclick: () => this.#actions.forget(id) }, "Discard"),
          ),
        ),
      ),
    );
  }

  #drawRun(state) {
    const run = activeRun(state);
    const stopping = run && this.#session.outbox.awaits("control.run.cancel", "runId", run.runId);
    const queued = [...state.runs.values()].filter((one) => one.status === "queued").length;
    const last = state.items.at(-1);
    const speaks = last?.kind === "answer" && !last.complete;
    const text = !run
      ? ""
      : stopping
        ? "Stopping"
        : run.status === "waiting"
          ? run.waitsFor === "device"
            ? "Waiting for your device"
            : "Waiting for your decision"
          : run.status === "queued"
            ? "In line"
            : "Working";
    byId("working").hidden = !run || (speaks && !stopping);
    byId("working").dataset.status = run?.status ?? "";
    byId("working-text").textContent =
      queued > 0 && run?.status !== "queued" ? `${text}, ${queued} more in line` : text;
    byId("stop").hidden = !run;
    byId("stop").disabled = Boolean(stopping);
  }

  /** Tells a screen reader what is finished, never what is still being written, and not what was there before. */
  #announce(dirty) {
    for (const item of dirty) {
      const words =
        item.kind === "answer" && item.complete
          ? item.text
          : item.kind === "approval" && !item.decision && !item.ended
            ? `Your approval is needed: ${item.toolName}. ${item.reason ?? ""}`
            : item.kind === "end" && item.status === "failed"
              ? `The run failed. ${item.message ?? ""}`
              : null;
      if (words === null || this.#announced.has(item.key)) continue;
      this.#announced.add(item.key);
      if (!this.#catchingUp) byId("announce").replaceChildren(h("p", {}, words.slice(0, 2000)));
    }
    if (this.#session.caughtUp) this.#catchingUp = false;
  }

  #keepAtEnd() {
    const scroll = byId("scroll");
    if (this.#follow) scroll.scrollTop = scroll.scrollHeight;
  }

  #scrolled() {
    const scroll = byId("scroll");
    this.#follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
    byId("latest").hidden = this.#follow || !byId("welcome").hidden;
  }
}
