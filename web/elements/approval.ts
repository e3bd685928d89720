import { css, html, LitElement, nothing } from "lit";
import type { ApprovalPart, JsonObject } from "../client/index.js";
import { theme } from "./theme.js";

/** What a person decided on an approval. */
export interface Deciding {
  readonly approvalId: string;
  readonly decision: "approve" | "reject" | "edit";
  readonly editedArgs?: JsonObject;
  readonly reason?: string;
}

const OUTCOME = { approve: "Approved", reject: "Rejected", edit: "Approved with changes", expire: "Expired" } as const;

/**
 * One thing that a person has to decide: what an agent wants to do, with what arguments, and why. Fires `decide` with a
 * {@link Deciding}. Shows the outcome once there is one, whoever decided.
 */
export class HawserApproval extends LitElement {
  static override properties = { approval: { attribute: false }, _editing: { state: true }, _problem: { state: true } };
  static override styles = [
    theme,
    css`
      :host {
        display: block;
        border: 1px solid var(--_line);
        border-inline-start: 3px solid var(--_warn);
        border-radius: var(--_radius);
        padding: 0.75rem 0.9rem;
        background: var(--_surface);
      }
      :host([decided]) {
        border-inline-start-color: var(--_line);
      }
      h3 {
        margin: 0;
        font-size: 1rem;
      }
      p {
        margin: 0.25rem 0;
        overflow-wrap: anywhere;
      }
      .amount {
        font-size: 1.25rem;
        font-variant-numeric: tabular-nums;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-top: 0.6rem;
      }
      .problem {
        color: var(--_bad);
      }
      textarea {
        font-family: var(--_mono);
        font-size: 0.875rem;
        min-height: 6rem;
      }
    `,
  ];

  declare approval: ApprovalPart | undefined;
  declare _editing: string | undefined;
  declare _problem: string | undefined;

  override updated(): void {
    this.toggleAttribute("decided", this.approval?.decision !== undefined || this.approval?.stopped === true);
  }

  override render() {
    const approval = this.approval;
    if (!approval) return nothing;
    const { toolName, toolArgs, reason, amount, currency, estimatedCost, expiresAt } = approval;
    const open = approval.decision === undefined && !approval.stopped;
    return html`
      <h3>${open ? html`The agent asks to use <code>${toolName}</code>` : html`<code>${toolName}</code>`}</h3>
      ${reason ? html`<p>${reason}</p>` : nothing}
      ${amount === undefined ? nothing : html`<p class="amount">${amount} ${currency ?? ""}</p>`}
      ${estimatedCost === undefined ? nothing : html`<p class="muted">Estimated cost: ${estimatedCost}</p>`}
      ${this._editing === undefined ? html`<pre tabindex="0" aria-label="Arguments">${json(approval.editedArgs ?? toolArgs)}</pre>` : this.#form()}
      ${open && expiresAt ? html`<p class="muted">Open until ${new Date(expiresAt).toLocaleString()}</p>` : nothing}
      ${open ? this.#actions(approval) : html`<p role="status">${outcome(approval)}</p>`}
    `;
  }

  #form() {
    return html`
      <label>
        <span class="muted">Arguments, as JSON</span>
        <textarea
          spellcheck="false"
          aria-invalid=${this._problem !== undefined}
          .value=${this._editing ?? ""}
          @input=${(event: InputEvent) => {
            this._editing = (event.target as HTMLTextAreaElement).value;
            this._problem = undefined;
          }}
        ></textarea>
      </label>
      <p class="problem" role="alert">${this._problem ?? ""}</p>
    `;
  }

  #actions({ approvalId, toolArgs, deciding }: ApprovalPart) {
    const busy = deciding !== undefined;
    if (this._editing !== undefined) {
      return html`<div class="actions">
        <button class="primary" type="button" ?disabled=${busy} @click=${() => this.#edit(approvalId)}>Approve changes</button>
        <button type="button" @click=${() => this.#leave()}>Back</button>
      </div>`;
    }
    return html`<div class="actions">
      <button class="primary" type="button" ?disabled=${busy}
        @click=${() => this.#decide({ approvalId, decision: "approve" })}>Approve</button>
      <button type="button" ?disabled=${busy} @click=${() => this.#begin(toolArgs)}>Edit</button>
      <button type="button" ?disabled=${busy}
        @click=${() => this.#decide({ approvalId, decision: "reject" })}>Reject</button>
    </div>`;
  }

  #begin(args: JsonObject): void {
    this._editing = json(args);
    void this.updateComplete.then(() => this.renderRoot.querySelector("textarea")?.focus());
  }

  #leave(): void {
    this._editing = undefined;
    this._problem = undefined;
  }

  #edit(approvalId: string): void {
    let args: unknown;
    try {
      args = JSON.parse(this._editing ?? "");
    } catch {
      this._problem = "This is not valid JSON.";
      return;
    }
    if (typeof args !== "object" || args === null || Array.isArray(args)) {
      this._problem = "The arguments have to be a JSON object.";
      return;
    }
    this.#leave();
    this.#decide({ approvalId, decision: "edit", editedArgs: args as JsonObject });
  }

  #decide(detail: Deciding): void {
    this.dispatchEvent(new CustomEvent<Deciding>("decide", { detail, bubbles: true, composed: true }));
  }
}

function outcome({ decision, decidedBy, lost, stopped }: ApprovalPart): string {
  if (decision === undefined) return stopped ? "The run ended before anybody decided." : "";
  const who = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  return `${OUTCOME[decision]}${who}${lost ? ". Somebody else was faster." : ""}`;
}

/** JSON for people. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2);
}
