import MarkdownIt, { type Token } from "markdown-it";

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// A definition in one block would change the meaning of all others.
parser.disable("reference");
parser.validateLink = (href) => /^(https?:\/\/|mailto:)/i.test(href.trim());

/** A block without a blank line in sight is cut at about this many characters. */
export const BLOCK_MAX = 16_000;
/** Characters that are read in one go; the rest of a longer text waits for the next. */
const STEP_MAX = 96_000;

/** One block of a text, or a part of one that was cut. Never changes. */
export interface Piece {
  readonly tokens: readonly Token[];
  /** Whether it is a part of a block that goes on with the next piece. */
  readonly cut: boolean;
}

interface Block {
  readonly tokens: readonly Token[];
  /** Where the block begins, in characters from the beginning of what was read. */
  readonly start: number;
}

/**
 * Reads a Markdown text that grows. A block that the next line cannot change any more is read once and kept; only the last
 * one is read again when the text goes on. Blocks beyond {@link BLOCK_MAX} are cut, but for code, so that the cost of a step is
 * bounded whatever an agent writes.
 */
export class Reader {
  #text = "";
  #done = 0;
  #pieces: Piece[] = [];
  #open: readonly Token[] = [];

  /** The blocks that are finished, in order. Grows, and starts anew with another text. */
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  /** What has been read of the last block, which may still change. */
  get open(): readonly Token[] {
    return this.#open;
  }

  /**
   * Takes the text as it is now, which usually begins with what it was. Answers whether it was read to its end; if not, the
   * same call goes on.
   *
   * @param live whether more may follow
   */
  read(source: string, live: boolean): boolean {
    const text = source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
    if (!text.startsWith(this.#text)) {
      this.#done = 0;
      this.#pieces = [];
    }
    this.#text = text;
    this.#open = [];
    const until = this.#done + STEP_MAX;
    while (this.#done < text.length) {
      if (this.#done >= until) return false;
      if (!this.#next(live)) break;
    }
    return true;
  }

  /** Reads on; whether anything was finished by that. */
  #next(live: boolean): boolean {
    const rest = this.#text.length - this.#done;
    for (let size = BLOCK_MAX; ; size *= 2) {
      const whole = rest <= size;
      const source = whole ? this.#text.slice(this.#done) : lines(this.#text, this.#done, size);
      const found = blocks(source);
      const last = found.at(-1);
      if (last === undefined) {
        if (!whole || !live) this.#done += source.length;
        return !whole;
      }
      if (whole && !live) return this.#keep(found, source.length);
      // A line that is not complete may turn out to belong to the block before it.
      if (found.length > 1 && (!whole || source.indexOf("\n", last.start) >= 0))
        return this.#keep(found.slice(0, -1), last.start);
      if (whole) {
        this.#open = found.flatMap(({ tokens }) => tokens);
        return false;
      }
      if (!/^(fence|code_block)$/.test(last.tokens[0]?.type ?? "")) return this.#cut(source, last);
    }
  }

  #keep(found: readonly Block[], length: number, cut = false): true {
    for (const { tokens } of found) this.#pieces.push({ tokens, cut });
    this.#done += length;
    return true;
  }

  /** Finishes a block that is too long: a list before its last item, anything else where its part ends. */
  #cut(source: string, { tokens }: Block): true {
    const items = tokens.filter(({ type, level }) => type === "list_item_open" && level === 1);
    const line = items.length > 1 ? items.at(-1)?.map?.[0] : undefined;
    if (line === undefined) return this.#keep([{ tokens, start: 0 }], source.length, true);
    const end = offsetOf(source, line);
    return this.#keep(blocks(source.slice(0, end)), end, true);
  }
}

/** The top-level blocks of a text. */
export function blocks(source: string): Block[] {
  const found: { tokens: Token[]; start: number }[] = [];
  let line = 0;
  let start = 0;
  for (const token of parser.parse(source, {})) {
    if (token.level === 0 && token.nesting >= 0) {
      const at = token.map?.[0] ?? line;
      start = offsetOf(source, at - line, start);
      line = at;
      found.push({ tokens: [], start });
    }
    found.at(-1)?.tokens.push(token);
  }
  return found;
}

/** Whole lines of a text from a place on, at most that many characters; a longer line is cut where a word ends. */
function lines(text: string, from: number, size: number): string {
  const end = text.lastIndexOf("\n", from + size - 1) + 1;
  if (end > from) return text.slice(from, end);
  const line = text.slice(from, from + size);
  return line.slice(0, wordEnd(line));
}

function wordEnd(text: string): number {
  const space = Math.max(text.lastIndexOf("\n"), text.lastIndexOf(" "));
  if (space > text.length / 2) return space + 1;
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
}

/** Where a line begins, counted from another line's beginning. */
function offsetOf(source: string, line: number, from = 0): number {
  let at = from;
  for (let i = 0; i < line; i += 1) {
    const end = source.indexOf("\n", at);
    if (end < 0) return source.length;
    at = end + 1;
  }
  return at;
}
