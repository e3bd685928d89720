import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { HawserSession } from "../client/index.js";
import type { Deciding } from "./approval.js";
import { Follow } from "./follow.js";
import { theme } from "./theme.js";

/**
 * `<hawser-approvals>`: what waits for a decision in a session. Set the property `session`. Screen readers are told how many
 * there are; the focus stays here when what had it is decided and gone.
 */
export class HawserApprovals extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    theme,
    css`
      :host {
        display: block;
      }
      .list {
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
  #focused: Element | null = null;

  override willUpdate(): void {
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  override updated(): void {
    if (this.#focused && !this.#focused.isConnected) this.renderRoot.querySelector<HTMLElement>(".list")?.focus();
  }

  override render() {
    const waiting = this.#follow.state?.pendingApprovals ?? [];
    const many = waiting.length;
    return html`
      <div class="sr-only" role="status">${many === 0 ? "" : many === 1 ? "1 approval waits for you" : `${many} approvals wait for you`}</div>
      <div class="list" tabindex="-1">
        ${many === 0 ? html`<p class="muted"><slot>Nothing waits for you.</slot></p>` : nothing}
        ${repeat(
          waiting,
          ({ key }) => key,
          (approval) => html`<hawser-approval .approval=${approval} @decide=${this.#decide}></hawser-approval>`,
        )}
      </div>
    `;
  }

  readonly #decide = ({ detail: { approvalId, decision, ...more } }: CustomEvent<Deciding>) => {
    this.session?.decide(approvalId, decision, more);
  };
}
