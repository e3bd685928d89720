/** The agent that understands the suggestions. */
export const DEMO_AGENT = "demo";

/** Something to try with the demo agent. */
export interface Suggestion {
  readonly text: string;
  readonly title: string;
  readonly hint: string;
  /** What is shown where there is little room. */
  readonly chip: string;
}

const suggestion = (text: string, title: string, hint: string, chip = text): Suggestion => ({
  text,
  title,
  hint,
  chip,
});

/** A way to try each thing that the demo agent can do. */
export const SUGGESTIONS: readonly Suggestion[] = [
  suggestion("/count 50 20", "Stream an answer", "Fifty pieces, one every 20 ms"),
  suggestion("/pay 250 EUR", "Ask before paying", "Approve, edit or reject"),
  suggestion("/think Why do knots hold?", "Think first", "Reasoning, then the answer", "/think"),
  suggestion("/subagent Find a harbour", "Delegate a task", "A subagent at work", "/subagent"),
  suggestion("/ui", "Draw an interface", "A surface with a button"),
  suggestion("/sleep 3000", "Take a while", "Try to stop it"),
  suggestion("/fail", "Go wrong", "One clear error"),
];

/** How many of them greet somebody who begins a conversation. */
export const GREETINGS = 6;
