// Document nodes from plain values. Text is always text: nothing here or above parses markup.

/** An element; `props` are attributes, or listeners where the name begins with "on"; null and false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the symbols of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

/** A JSON value for people: text as it is, the rest indented. */
export function pretty(value) {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

/** The blocks of `parse` (markdown.js) as nodes. */
export function blockNode(block) {
  switch (block.t) {
    case "h":
      return h("h" + Math.max(3, Math.min(6, block.level + 1)), {}, block.c.map(inlineNode));
    case "code":
      return codeBlock(block);
    case "ul":
      return h(
        "ul",
        {},
        block.items.map((item) => h("li", {}, item.map(inlineNode))),
      );
    case "ol":
      return h(
        "ol",
        { start: block.start === 1 ? null : block.start },
        block.items.map((item) => h("li", {}, item.map(inlineNode))),
      );
    case "quote":
      return h("blockquote", {}, block.c.map(inlineNode));
    case "hr":
      return h("hr");
    default:
      return h("p", {}, block.c.map(inlineNode));
  }
}

function inlineNode(part) {
  if (typeof part === "string") return part;
  switch (part.t) {
    case "code":
      return h("code", {}, part.text);
    case "b":
      return h("strong", {}, part.c.map(inlineNode));
    case "i":
      return h("em", {}, part.c.map(inlineNode));
    default:
      return h("a", { href: part.href, target: "_blank", rel: "noopener noreferrer" }, part.c);
  }
}

function codeBlock({ lang, text }) {
  return h(
    "div",
    { class: "code" },
    h(
      "div",
      { class: "code-bar" },
      h("span", {}, lang || "text"),
      copyButton(() => text),
    ),
    h("pre", { tabindex: "0", "aria-label": "Code" }, h("code", {}, text)),
  );
}

/** A button that copies a text; nothing where the browser does not allow that (a page without a secure context). */
export function copyButton(text) {
  if (!navigator.clipboard) return null;
  const label = h("span", {}, "Copy");
  return h(
    "button",
    {
      type: "button",
      class: "copy",
      onclick: async () => {
        await navigator.clipboard.writeText(text());
        label.textContent = "Copied";
        setTimeout(() => {
          label.textContent = "Copy";
        }, 1500);
      },
    },
    icon("copy"),
    label,
  );
}
