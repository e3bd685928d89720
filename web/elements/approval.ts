import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { ApprovalPart, JsonObject } from "../client/index.js";
import { approvalStyles } from "./approval-styles.js";
import { buttons } from "./buttons.js";
import { type Icon, icon } from "./icons.js";
import { theme } from "./theme.js";

/** What a person decided on an approval. */
export interface Deciding {
  readonly approvalId: string;
  readonly decision: "approve" | "reject" | "edit";
  readonly editedArgs?: JsonObject;
  readonly reason?: string;
}

const OUTCOME: Readonly<Record<string, readonly [Icon, string, string]>> = {
  approve: ["check", "Approved", "good"],
  edit: ["pencil", "Approved with changes", "good"],
  reject: ["cross", "Rejected", "bad"],
  expire: ["clock", "Expired without a decision", ""],
};

/**
 * One thing that a person has to decide: what an agent wants to do, with what arguments, and why. Fires `decide` with a
 * {@link Deciding}. Shows the outcome once there is one, whoever decided.
 */
export class HawserApproval extends LitElement {
  static override properties = { approval: { attribute: false }, _face: { state: true }, _problem: { state: true } };
  static override styles = [theme, buttons, approvalStyles];

  declare approval: ApprovalPart | undefined;
  /** What the lower part of the card asks for. */
  declare _face: "ask" | "edit" | "reject";
  declare _problem: string;

  constructor() {
    super();
    this._face = "ask";
    this._problem = "";
  }

  override updated(): void {
    this.toggleAttribute("decided", this.approval?.decision !== undefined || this.approval?.stopped === true);
  }

  override render() {
    const approval = this.approval;
    if (!approval) return nothing;
    const { toolName, reason, amount, currency, estimatedCost, expiresAt } = approval;
    const open = approval.decision === undefined && !approval.stopped;
    return html`
      <header>${icon("shield")}<h3>${open ? "Your approval is needed" : "Approval"}</h3><code>${toolName}</code></header>
      <div class="body">
        ${amount === undefined ? nothing : html`<p class="amount">${money(amount, currency)}</p>`}
        ${reason ? html`<p>${reason}</p>` : nothing}
        ${this._face === "edit" && open ? nothing : this.#arguments(approval)}
        ${estimatedCost === undefined ? nothing : html`<p class="note">Estimated cost ${money(estimatedCost, currency)}</p>`}
        ${open && expiresAt ? html`<p class="note">Open until ${new Date(expiresAt).toLocaleString()}</p>` : nothing}
      </div>
      <div class="foot" tabindex="-1">${open ? this.#open(approval) : outcome(approval)}</div>
    `;
  }

  #arguments({ toolArgs, editedArgs }: ApprovalPart) {
    return html`<dl>${Object.entries(editedArgs ?? toolArgs).map(([name, value]) => {
      const changed = editedArgs !== undefined && json(toolArgs[name]) !== json(value);
      return html`<dt>${name}</dt><dd>${
        changed
          ? html`${toolArgs[name] === undefined ? nothing : html`<s>${plain(toolArgs[name])}</s>`}<mark>${plain(value)}</mark>`
          : plain(value)
      }</dd>`;
    })}</dl>`;
  }

  #open(approval: ApprovalPart): TemplateResult {
    if (approval.deciding !== undefined)
      return html`<p class="outcome" role="status"><span class="spinner"></span>Recording your decision</p>`;
    switch (this._face) {
      case "ask":
        return html`
          <button class="primary" type="button" @click=${() => this.#decide({ decision: "approve" })}>
            ${icon("check")}Approve
          </button>
          <button type="button" @click=${() => this.#show("edit")}>${icon("pencil")}Edit</button>
          <button class="danger" type="button" @click=${() => this.#show("reject")}>${icon("cross")}Reject</button>
        `;
      case "edit":
        return html`
          <div class="form" @keydown=${this.#escape}>
            <textarea
              spellcheck="false"
              aria-label="Arguments as JSON"
              aria-describedby="problem"
              aria-invalid=${this._problem !== ""}
              .defaultValue=${json(approval.toolArgs)}
              @input=${() => {
                this._problem = "";
              }}
            ></textarea>
            <p class="problem" id="problem" role="alert">${this._problem}</p>
          </div>
          <button class="primary" type="button" @click=${this.#edit}>${icon("check")}Approve changes</button>
          <button type="button" @click=${this.#back}>Back</button>
        `;
      case "reject":
        return html`
          <div class="form" @keydown=${this.#escape}>
            <input
              type="text"
              maxlength="500"
              autocomplete="off"
              placeholder="Reason (optional)"
              aria-label="Reason"
              @keydown=${(event: KeyboardEvent) => {
                if (event.key === "Enter" && !event.isComposing) this.#reject();
              }}
            />
          </div>
          <button class="danger filled" type="button" @click=${this.#reject}>${icon("cross")}Reject</button>
          <button type="button" @click=${this.#back}>Back</button>
        `;
    }
  }

  #show(face: "ask" | "edit" | "reject"): void {
    this._face = face;
    this._problem = "";
    void this.updateComplete.then(() => {
      const foot = this.renderRoot.querySelector(".foot");
      foot?.querySelector<HTMLElement>(face === "ask" ? "button" : "textarea, input")?.focus();
      if (face !== "ask") foot?.scrollIntoView({ block: "nearest" });
    });
  }

  readonly #back = () => this.#show("ask");

  readonly #escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#back();
  };

  readonly #reject = () => {
    const reason = this.renderRoot.querySelector("input")?.value.trim();
    this.#decide(reason ? { decision: "reject", reason } : { decision: "reject" });
  };

  readonly #edit = () => {
    let args: unknown;
    try {
      args = JSON.parse(this.renderRoot.querySelector("textarea")?.value ?? "");
    } catch {
      this._problem = "This is not valid JSON.";
      return;
    }
    if (typeof args !== "object" || args === null || Array.isArray(args)) {
      this._problem = "The arguments have to be a JSON object.";
      return;
    }
    this.#decide({ decision: "edit", editedArgs: args as JsonObject });
  };

  #decide(decided: Omit<Deciding, "approvalId">): void {
    if (!this.approval) return;
    const detail = { approvalId: this.approval.approvalId, ...decided };
    this._face = "ask";
    // The button that was pressed goes away.
    this.renderRoot.querySelector<HTMLElement>(".foot")?.focus();
    this.dispatchEvent(new CustomEvent<Deciding>("decide", { detail, bubbles: true, composed: true }));
  }
}

function outcome({ decision, decidedBy, decisionReason, lost }: ApprovalPart): TemplateResult {
  if (decision === undefined)
    return html`<p class="outcome" role="status">${icon("cross")}The run ended before anybody decided.</p>`;
  const [mark, text, mood] = OUTCOME[decision]!;
  const who = decidedBy === undefined || decision === "expire" ? "" : ` by ${decidedBy}`;
  return html`<p class="outcome ${mood}" role="status">
    ${icon(mark)}<span><strong>${text}</strong>${who}${lost ? ". Somebody else was faster." : ""}${
      decisionReason ? html`<q>${decisionReason}</q>` : nothing
    }</span>
  </p>`;
}

/** An amount in the reader's manner; one in a currency that is none is shown as it is. */
export function money(amount: number, currency?: string): string {
  try {
    return new Intl.NumberFormat(undefined, currency ? { style: "currency", currency } : {}).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** JSON for people. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2);
}
