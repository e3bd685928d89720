import { HawserApproval } from "./approval.js";
import { HawserApprovals } from "./approvals.js";
import { HawserChat } from "./chat.js";
import { HawserComposer } from "./composer.js";
import { ConnectionStatus } from "./connection-status.js";
import { HawserMessage } from "./message.js";
import { HawserSurface } from "./surface.js";

export type { Deciding } from "./approval.js";
export { ConnectionStatus, HawserApproval, HawserApprovals, HawserChat, HawserComposer, HawserMessage, HawserSurface };

const ELEMENTS = {
  "connection-status": ConnectionStatus,
  "hawser-approval": HawserApproval,
  "hawser-approvals": HawserApprovals,
  "hawser-chat": HawserChat,
  "hawser-composer": HawserComposer,
  "hawser-message": HawserMessage,
  "hawser-surface": HawserSurface,
} as const;

/** The elements by their tags. */
export type HawserElements = { [Tag in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Tag]> };

declare global {
  interface HTMLElementTagNameMap extends HawserElements {}
}

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
