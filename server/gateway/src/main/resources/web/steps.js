// What an agent does on the way to an answer, folded away: reasoning, tool calls, subagents.
import { h, icon, pretty } from "./dom.js";

function fold(className, symbol, open) {
  const title = h("span", { class: "fold-title" });
  const status = h("span", { class: "fold-status" });
  const body = h("div", { class: "fold-body" });
  const details = h(
    "details",
    { class: "fold " + className, open },
    h("summary", {}, icon(symbol), title, status, icon("chevron")),
    body,
  );
  return { node: h("li", { class: "item" }, details), title, status, body };
}

export function thinking(item) {
  const { node, title, body } = fold("thinking", "thought", true);
  title.append("Thinking");
  body.append(h("p", {}, item.text));
  return { node, update() {} };
}

function setStatus(status, { done, failed, ended, note }) {
  const over = done || ended;
  status.className = "fold-status " + (failed ? "bad" : done ? "good" : ended ? "off" : "busy");
  status.replaceChildren(
    over ? icon(failed || !done ? "cross" : "check") : h("span", { class: "spinner" }),
    h("span", {}, note ?? (failed ? "Failed" : done ? "Done" : ended ? "Stopped" : "Running")),
  );
}

function labelled(label, value) {
  return h(
    "div",
    { class: "labelled" },
    h("span", {}, label),
    h("pre", { tabindex: "0", "aria-label": label }, pretty(value)),
  );
}

export function toolCall(item) {
  const { node, title, status, body } = fold("tool", "tool", false);
  title.append(h("code", {}, item.name), h("span", { class: "brief" }, brief(item.arguments)));
  return {
    node,
    update(now) {
      setStatus(status, { done: now.done, failed: now.error !== undefined, ended: now.ended });
      body.replaceChildren(
        labelled("Arguments", now.arguments),
        ...(now.error !== undefined
          ? [labelled("Error", now.error)]
          : now.result !== undefined
            ? [labelled("Result", now.result)]
            : []),
      );
    },
  };
}

function brief(value) {
  const text =
    value && typeof value === "object"
      ? Object.entries(value)
          .map(([key, one]) => `${key}: ${typeof one === "object" ? "…" : one}`)
          .join(", ")
      : String(value ?? "");
  return text.length > 80 ? text.slice(0, 79) + "…" : text;
}

export function subagent(item) {
  const { node, title, status, body } = fold("subagent", "agents", false);
  title.append(h("strong", {}, item.subagentType), h("span", { class: "brief" }, item.task));
  return {
    node,
    update(now) {
      const took =
        now.durationMs === undefined
          ? undefined
          : now.durationMs < 1000
            ? `${now.durationMs} ms`
            : `${(now.durationMs / 1000).toFixed(1)} s`;
      setStatus(status, {
        done: now.done,
        failed: now.done && !now.success,
        ended: now.ended,
        note: now.success ? took : undefined,
      });
      body.replaceChildren(
        labelled("Task", now.task),
        ...(now.result !== undefined ? [labelled("Result", now.result)] : []),
        ...(now.error !== undefined ? [labelled("Error", now.error)] : []),
      );
    },
  };
}
