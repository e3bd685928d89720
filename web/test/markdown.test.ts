import { html, render } from "lit";
import { afterEach, describe, expect, it } from "vitest";
import { toHtml } from "../elements/markdown/html.js";
import { BLOCK_MAX, blocks, Reader } from "../elements/markdown/reader.js";
import { markdown } from "../elements/markdown.js";

// @vitest-environment happy-dom

afterEach(() => document.body.replaceChildren());

/** The markup that a text becomes, without what Lit needs between. */
function shown(text: string, live = false): string {
  const root = document.createElement("div");
  render(html`${markdown(text, live)}`, root);
  return plain(root);
}

const plain = (root: Element) =>
  root.innerHTML.replace(/<!--.*?-->/gs, "").replace(/ (target|rel|tabindex|role|aria-label)="[^"]*"/g, "");

describe("markdown", () => {
  it.each([
    ["one\ntwo", "<p>one<br>two</p>"],
    ["## Title ##\nthree", '<p class="heading h2" aria-level="4">Title</p><p>three</p>'],
    ["a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"],
    ["> said\n> so", "<blockquote><p>said<br>so</p></blockquote>"],
    ["- a\n- b\n  more", "<ul><li>a</li><li>b<br>more</li></ul>"],
    ["- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"],
    ["3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'],
    ["a **b *c*** `d*e*` ~~f~~", "<p>a <strong>b <em>c</em></strong> <code>d*e*</code> <s>f</s></p>"],
    ["2 * 3 * 4 and **open and snake_case_name", "<p>2 * 3 * 4 and **open and snake_case_name</p>"],
    [
      "|a|b|\n|-|-:|\n|1|2|",
      '<div class="table"><table><thead><tr><th class="">a</th><th class="right">b</th></tr></thead>' +
        '<tbody><tr><td class="">1</td><td class="right">2</td></tr></tbody></table></div>',
    ],
    ["[x](https://a.example/b)", '<p><a href="https://a.example/b">x</a></p>'],
    ["see https://a.example/b.", '<p>see <a href="https://a.example/b">https://a.example/b</a>.</p>'],
    ["![dot](https://a.example/d.png)", '<p><a href="https://a.example/d.png">dot</a></p>'],
    ["<ann@b.example>", '<p><a href="mailto:ann@b.example">ann@b.example</a></p>'],
    ["[a][1]\n\n[1]: /x", "<p>[a][1]</p><p>[1]: /x</p>"],
  ])("shows %j", (text, expected) => {
    expect(shown(text).replace(/\n\s*/g, "")).toBe(expected);
  });

  it.each(["```js\n**x** <b>\n```", "~~~ js\n**x** <b>", "```js\r\n**x** <b>\r\n```\r\n"])(
    "leaves code as it is: %j",
    (text) => {
      const root = document.createElement("div");
      render(html`${markdown(text, true)}`, root);
      expect(root.querySelector("code")?.textContent).toBe("**x** <b>");
      expect(root.querySelector(".bar")?.textContent).toContain("js");
    },
  );

  it.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,x)",
    "[x](//evil.example)",
    "[x](/local)",
    "[x](&#106;avascript:alert(1))",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "javascript://alert(1)",
    "ftp://a.example",
    '<img src=x onerror="alert(1)">',
    "<script>alert(1)</script>",
    "<!-- <b> -->",
    "</p></div><style>*{display:none}</style>",
    "&lt;img src=x&gt;",
  ])("makes neither a link nor markup of %j", (text) => {
    const root = document.createElement("div");
    render(html`${markdown(text, false)}`, root);
    expect(root.querySelectorAll(":not(p)")).toHaveLength(0);
  });

  it("reads a text in any steps as it reads the whole", () => {
    const text =
      "# A\n\npara **bold**\nmore\n- x\n\n- y\n\n      code\n\n> quote\nlazy\n\n```js\nx\n\ny\n```\ntext\n===\n1. one\n2. two\n" +
      "\n\n    indented\n\n    still\n#\n# \n#x\n***\n|a|b|\n|-|-|\n|c|d|\n\n- [l](https://e.example)\n+ z\n<p>\nend";
    const whole = shown(text);
    for (let step = 1; step < 12; step += 1) {
      const root = document.createElement("div");
      for (let at = step; at < text.length; at += step) render(html`${markdown(text.slice(0, at), true)}`, root);
      render(html`${markdown(text, false)}`, root);
      expect(plain(root)).toBe(whole);
    }
    const inSteps = new Reader();
    for (let at = 0; at <= text.length; at += 1) inSteps.read(text.slice(0, at), true);
    inSteps.read(text, false);
    expect(inSteps.pieces.map(({ tokens }) => tokens.map(({ type }) => type))).toEqual(
      blocks(text).map(({ tokens }) => tokens.map(({ type }) => type)),
    );
  });

  it("keeps what is finished, and begins anew with another text", () => {
    const reader = new Reader();
    reader.read("a\n\nb\n\nc\n", true);
    const [first, second] = reader.pieces;
    reader.read("a\n\nb\n\nc\ngoes on\n\nd\n", true);
    expect(reader.pieces).toHaveLength(3);
    expect(reader.pieces[0]).toBe(first);
    expect(reader.pieces[1]).toBe(second);
    reader.read("x\n\ny\n\nz\n", true);
    expect(reader.pieces).toHaveLength(2);
    expect(reader.pieces[0]).not.toBe(first);
  });

  it.each([
    ["one line", "word ".repeat(30_000)],
    ["one line without a space", "😀".repeat(60_000)],
    ["many lines", "a line of words\n".repeat(10_000)],
    ["one list", "- an item\n".repeat(20_000)],
    ["one item", `- ${"word ".repeat(30_000)}`],
    ["one quote", "> said\n".repeat(30_000)],
    ["blank lines", `a${"\n".repeat(200_000)}b`],
  ])("cuts %s into bounded pieces and loses nothing", (_, text) => {
    const reader = new Reader();
    let rounds = 1;
    while (!reader.read(text, false)) rounds += 1;
    expect(rounds).toBeGreaterThan(1);
    const content = reader.pieces.map(({ tokens }) => tokens.map(({ content }) => content).join("")).join("");
    expect(content.replace(/\s|[>-]/g, "")).toBe(text.replace(/\s|[>-]/g, ""));
    for (const { tokens } of reader.pieces)
      expect(tokens.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(BLOCK_MAX);
  });

  it("shows a text that is too long for one frame to its end", async () => {
    const root = document.createElement("div");
    document.body.append(root);
    const text = `${"word ".repeat(60_000)}\n\nend`;
    render(html`${markdown(text, false)}`, root);
    expect(root.textContent).not.toContain("end");
    await expect.poll(() => root.textContent).toContain("end");
  });

  it("does not cut code", () => {
    const text = `\`\`\`\n${"a line\n".repeat(20_000)}\`\`\`\nend`;
    const reader = new Reader();
    while (!reader.read(text, false));
    expect(reader.pieces.map(({ tokens }) => tokens[0]?.type)).toEqual(["fence", "paragraph_open"]);
  });

  it.each([
    "**a ",
    "`a ",
    "[a](",
    "*a ",
    "``` ",
    "https://",
    "> ",
    "- ",
    "![",
    "_a",
    "a**",
    "|a",
    "<a ",
    "1. ",
    "[a]: x\n",
  ])("takes %j in bulk", (mark) => {
    const text = mark.repeat(16_000);
    const reader = new Reader();
    for (let at = 1000; at < text.length; at += 5000) reader.read(text.slice(0, at), true);
    while (!reader.read(text, false));
    expect(reader.pieces.length).toBeGreaterThan(0);
  });
});

describe("Markdown as HTML", () => {
  it("is the same without what only works alive, and text stays text", () => {
    const root = document.createElement("div");
    root.innerHTML = toHtml("**a**\n\n<img src=x>\n\n```\n<b>\n```");
    expect(root.querySelector("strong")?.textContent).toBe("a");
    expect(root.querySelector("pre")?.textContent).toBe("<b>");
    expect(root.querySelector("img, b, button")).toBeNull();
  });
});
