// How each kind of item looks. A component is `{node, update(item)}`; the view keeps one for each item.
import { approvalCard } from "./approval.js";
import { blockNode, copyButton, h, icon, pretty } from "./dom.js";
import { parse } from "./markdown.js";
import { subagent, thinking, toolCall } from "./steps.js";

/** The component of an item; `actions` is what its buttons may do (chat.js). */
export function component(item, actions) {
  switch (item.kind) {
    case "user":
      return userMessage(item);
    case "answer":
      return answer();
    case "thinking":
      return thinking(item);
    case "tool":
      return toolCall(item);
    case "approval":
      return approvalCard(item, actions);
    case "subagent":
      return subagent(item);
    case "ui":
      return surface(item);
    default:
      return runEnd(item, actions);
  }
}

function userMessage(item) {
  const bubble = h("div", { class: "bubble" }, h("span", { class: "sr-only" }, "You: "), item.text);
  return { node: h("li", { class: "item user" }, bubble), update() {} };
}

/** Only blocks whose text changed are made anew: while an answer streams in, that is the last one. */
function answer() {
  const body = h("div", { class: "prose" });
  const foot = h("div", { class: "answer-foot" });
  const node = h("li", { class: "item answer" }, h("span", { class: "sr-only" }, "Answer: "), body, foot);
  let shown = [];
  let text = "";
  foot.append(...[copyButton(() => text)].filter(Boolean));
  return {
    node,
    update(item) {
      text = item.text;
      const blocks = parse(text);
      const marks = blocks.map((block) => JSON.stringify(block));
      const same = marks.findIndex((mark, at) => mark !== shown[at]);
      const from = same === -1 ? marks.length : same;
      while (body.children.length > from) body.lastChild.remove();
      body.append(...blocks.slice(from).map(blockNode));
      shown = marks;
      node.classList.toggle("streaming", !item.complete);
    },
  };
}

/** An A2UI message as something to read: the texts it carries, and the message itself on demand. */
function surface(item) {
  const texts = [];
  collectTexts(item.action, texts);
  const name =
    item.action && typeof item.action === "object"
      ? Object.keys(item.action).find((key) => key !== "version")
      : undefined;
  const node = h(
    "li",
    { class: "item" },
    h(
      "section",
      { class: "card surface", "aria-label": "Interface from the agent" },
      h("header", {}, icon("surface"), h("strong", {}, "Interface"), name && h("code", {}, name)),
      texts.length > 0 &&
        h(
          "ul",
          { class: "surface-texts" },
          texts.map((text) => h("li", {}, text)),
        ),
      h(
        "details",
        { class: "raw" },
        h("summary", {}, "Show the message"),
        h("pre", { tabindex: "0", "aria-label": "Message" }, pretty(item.action)),
      ),
    ),
  );
  return { node, update() {} };
}

const TEXT_KEYS = new Set(["literalString", "text", "title", "label", "description"]);

function collectTexts(value, into, key) {
  if (into.length >= 12) return;
  if (typeof value === "string") {
    if (TEXT_KEYS.has(key) && value.trim()) into.push(value);
  } else if (value && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) collectTexts(one, into, Array.isArray(value) ? key : name);
  }
}

const ENDINGS = {
  failed: ["alert", "The run failed"],
  cancelled: ["stop", "Stopped"],
  abandoned: ["clock", "Given up because nobody was watching"],
};

function runEnd(item, actions) {
  const [symbol, title] = ENDINGS[item.status];
  const text = item.status === "failed" ? item.message : item.reason;
  const again = item.status !== "cancelled" && actions.textOf(item.runId);
  const node = h(
    "li",
    { class: "item" },
    h(
      "div",
      { class: "ending " + item.status },
      icon(symbol),
      h("div", {}, h("strong", {}, title), text && h("p", {}, text), item.code && h("code", {}, item.code)),
      again && h("button", { type: "button", class: "small", onclick: () => actions.send(again) }, "Try again"),
    ),
  );
  return { node, update() {} };
}
