// The box people write in.
const byId = (id) => document.getElementById(id);
const encoder = new TextEncoder();
/** Room for the envelope around the text. */
const ENVELOPE_BYTES = 512;

export const COMMANDS = [
  { text: "/count 50 20", title: "Stream an answer", hint: "Fifty pieces, one every 20 ms" },
  { text: "/pay 250 EUR", title: "Ask before paying", hint: "Approve, edit or reject" },
  { text: "/think Why do knots hold?", title: "Think first", hint: "Reasoning, then the answer", chip: "/think" },
  { text: "/subagent Find a harbour", title: "Delegate a task", hint: "A subagent at work", chip: "/subagent" },
  { text: "/ui", title: "Draw an interface", hint: "An A2UI message" },
  { text: "/sleep 3000", title: "Take a while", hint: "Try to stop it" },
  { text: "/fail", title: "Go wrong", hint: "One clear error" },
];

/** Wires the box up; `onSend(text)` takes a message, `limit()` says how many bytes one may have. */
export function composer({ onSend, limit }) {
  const box = byId("message");
  const hint = byId("hint-text");
  const usual = [...hint.childNodes];

  function room() {
    // The frame carries the text as JSON, in which some characters take more room.
    return limit() - ENVELOPE_BYTES - encoder.encode(JSON.stringify(box.value)).length;
  }

  function changed() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    const left = room();
    byId("send").disabled = box.value.trim() === "" || left < 0;
    hint.parentElement.classList.toggle("over", left < 0);
    if (left < 0) hint.textContent = `Too long by ${(-left).toLocaleString()} bytes`;
    else if (left < limit() / 5) hint.textContent = `${left.toLocaleString()} bytes left`;
    else hint.replaceChildren(...usual);
  }

  function send() {
    const text = box.value.trim();
    if (text === "" || room() < 0) return;
    box.value = "";
    changed();
    onSend(text);
  }

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  box.addEventListener("input", changed);
  changed();
  return { focus: () => box.focus() };
}
