import { css, html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { HawserSession } from "../client/index.js";
import type { Deciding } from "./approval.js";
import { Follow } from "./follow.js";
import { theme } from "./theme.js";

/** `<hawser-approvals>`: what waits for a decision in a session. Set the property `session`. */
export class HawserApprovals extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    theme,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }
      p {
        margin: 0;
      }
    `,
  ];

  declare session: HawserSession | undefined;
  readonly #follow = new Follow(this, () => this.session);

  override render() {
    const waiting = this.#follow.state?.pendingApprovals ?? [];
    if (waiting.length === 0) return html`<p class="muted"><slot>Nothing waits for you.</slot></p>`;
    return repeat(
      waiting,
      ({ key }) => key,
      (approval) => html`<hawser-approval .approval=${approval} @decide=${this.#decide}></hawser-approval>`,
    );
  }

  readonly #decide = ({ detail: { approvalId, decision, ...more } }: CustomEvent<Deciding>) => {
    this.session?.decide(approvalId, decision, more);
  };
}
