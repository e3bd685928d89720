// The card on which a person decides: approve, change the arguments, or reject. It locks with the recorded outcome.
import { h, icon, pretty } from "./dom.js";

const OUTCOMES = {
  approve: ["check", "Approved", "good"],
  edit: ["pencil", "Approved with changes", "good"],
  reject: ["cross", "Rejected", "bad"],
  expire: ["clock", "Expired without a decision", "off"],
};

export function approvalCard(item, actions) {
  const title = `approval-${item.id}`;
  const foot = h("div", { class: "approval-foot", tabindex: "-1" });
  const args = h("dl", { class: "args" });
  const card = h(
    "section",
    { class: "card approval", "aria-labelledby": title },
    h("header", {}, icon("hand"), h("strong", { id: title }, "Your approval is needed"), h("code", {}, item.toolName)),
    h(
      "div",
      { class: "approval-body" },
      item.amount !== undefined && h("p", { class: "amount" }, money(item.amount, item.currency)),
      item.reason && h("p", { class: "why" }, item.reason),
      args,
      item.estimatedCost !== undefined &&
        h("p", { class: "note" }, `Estimated cost ${money(item.estimatedCost, item.currency)}`),
      item.expiresAt &&
        h(
          "p",
          { class: "note" },
          "Open until ",
          h("time", { datetime: item.expiresAt }, new Date(item.expiresAt).toLocaleString()),
        ),
    ),
    foot,
  );
  const node = h("li", { class: "item" }, card);
  let present = "";

  /** Shows one face of the foot, and leaves it alone while it is the same: a half-written reason must not vanish. */
  function face(name, make) {
    if (present === name) return;
    present = name;
    const focused = foot.contains(document.activeElement);
    foot.replaceChildren(...make());
    if (focused) foot.focus();
    if (name === "edit" || name === "reject") foot.scrollIntoView({ block: "nearest" });
  }

  function choose(decision, fields) {
    actions.decide(item.id, decision, fields);
  }

  const button = (className, symbol, text, onclick) =>
    h("button", { type: "button", class: className, onclick }, icon(symbol), text);

  function asking() {
    return [
      button("primary", "check", "Approve", () => choose("approve")),
      button("secondary", "pencil", "Edit", () => face("edit", editing)),
      button("danger", "cross", "Reject", () => face("reject", rejecting)),
    ];
  }

  function back() {
    face("ask", asking);
    foot.querySelector("button").focus();
  }

  function editing() {
    const problem = h("p", { class: "problem", id: title + "-problem", role: "alert" });
    const box = h("textarea", {
      rows: "6",
      spellcheck: "false",
      class: "json",
      "aria-label": "Arguments as JSON",
      "aria-describedby": problem.id,
    });
    const save = button("primary", "check", "Approve with changes", () => {
      const checked = check(box.value);
      if (checked.value) choose("edit", { editedArgs: checked.value });
    });
    box.value = pretty(item.toolArgs);
    box.rows = Math.min(14, Math.max(4, box.value.split("\n").length + 1));
    box.addEventListener("input", () => {
      problem.textContent = check(box.value).problem ?? "";
      save.disabled = problem.textContent !== "";
      box.setAttribute("aria-invalid", String(save.disabled));
    });
    box.addEventListener("keydown", (event) => event.key === "Escape" && back());
    queueMicrotask(() => box.focus());
    return [
      h("div", { class: "form" }, box, problem),
      save,
      h("button", { type: "button", class: "secondary", onclick: back }, "Back"),
    ];
  }

  function rejecting() {
    const box = h("input", {
      type: "text",
      maxlength: "500",
      placeholder: "Reason (optional)",
      "aria-label": "Reason",
      autocomplete: "off",
    });
    const go = () => choose("reject", box.value.trim() ? { reason: box.value.trim() } : {});
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") go();
      if (event.key === "Escape") back();
    });
    queueMicrotask(() => box.focus());
    return [
      h("div", { class: "form" }, box),
      button("danger filled", "cross", "Reject", go),
      h("button", { type: "button", class: "secondary", onclick: back }, "Back"),
    ];
  }

  function outcome(now) {
    const [symbol, text, mood] = OUTCOMES[now.decision];
    const by = now.decidedBy && now.decision !== "expire" ? ` by ${now.decidedBy}` : "";
    return [
      h(
        "p",
        { class: "outcome " + mood },
        icon(symbol),
        h(
          "span",
          {},
          h("strong", {}, text),
          by,
          now.lost && h("span", { class: "note" }, " This had been decided before you did."),
          now.rejectReason && h("q", {}, now.rejectReason),
        ),
      ),
    ];
  }

  return {
    node,
    update(now) {
      const shown = now.editedArgs ?? now.toolArgs;
      args.replaceChildren(
        ...Object.entries(shown).flatMap(([key, value]) => {
          const changed = now.editedArgs && JSON.stringify(now.toolArgs[key]) !== JSON.stringify(value);
          const text = typeof value === "object" ? JSON.stringify(value) : String(value);
          return [
            h("dt", {}, key),
            h("dd", {}, changed && h("s", {}, pretty(now.toolArgs[key])), h(changed ? "mark" : "span", {}, text)),
          ];
        }),
      );
      const open = !now.decision && !now.ended;
      card.classList.toggle("settled", !open);
      card.querySelector("strong").textContent = open ? "Your approval is needed" : "Approval";
      if (now.decision) face(`outcome ${now.decision} ${now.decidedBy} ${now.lost}`, () => outcome(now));
      else if (now.ended)
        face("ended", () => [h("p", { class: "outcome off" }, icon("cross"), "No longer needed: the run has ended")]);
      else if (actions.deciding(item.id))
        face("sending", () => [
          h("p", { class: "outcome off" }, h("span", { class: "spinner" }), "Recording your decision"),
        ]);
      else if (present === "" || present === "sending") face("ask", asking);
    },
  };
}

function money(amount, currency) {
  try {
    return new Intl.NumberFormat(undefined, currency ? { style: "currency", currency } : {}).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** `{value}` of a JSON object, or `{problem}` in words. */
function check(text) {
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object" && !Array.isArray(value)) return { value };
    return { problem: "The arguments must be a JSON object: { … }" };
  } catch (error) {
    return { problem: "Not valid JSON yet: " + error.message };
  }
}
