// The page: brings session, view and the controls together.
import { COMMANDS, composer } from "./composer.js";
import { h } from "./dom.js";
import { explain } from "./policy.js";
import { Session } from "./session.js";
import { activeRun } from "./state.js";
import { View } from "./view.js";

const byId = (id) => document.getElementById(id);
const TOKEN_KEY = "hawser.token";
let session;
let countdown;

const actions = {
  decide: (id, decision, fields) => session.decide(id, decision, fields),
  deciding: (id) => session.outbox.awaits("control.approval.decide", "approvalId", id),
  textOf: (runId) => session.state.items.find((item) => item.kind === "user" && item.runId === runId)?.text,
  send: (text) => send(text),
  resend(id, text) {
    session.forget(id);
    send(text);
  },
  forget: (id) => session.forget(id),
};
const view = new View(actions);

function send(text) {
  if (session.missing) startNew();
  session.send(text);
  view.toEnd();
}

/** What the address says after the `#`: `c` names the conversation, `token` signs in (kept for this tab). */
function fragment() {
  const fields = new URLSearchParams(location.hash.replace(/^#\??/, ""));
  if (fields.get("token")) {
    sessionStorage.setItem(TOKEN_KEY, fields.get("token"));
    setAddress(fields.get("c"));
  }
  return fields.get("c");
}

function setAddress(conversationId) {
  history.replaceState(null, "", conversationId ? "#c=" + encodeURIComponent(conversationId) : location.pathname);
}

function open(conversationId) {
  session?.leave();
  const mine = new Session({
    conversationId,
    token: sessionStorage.getItem(TOKEN_KEY),
    onChange() {
      if (session.exists && fragment() !== session.conversationId) setAddress(session.conversationId);
      byId("share").disabled = !session.exists;
      view.changed();
    },
    onPhase: (phase) => mine === session && showPhase(phase),
  });
  session = mine;
  byId("share").disabled = !conversationId;
  view.show(session);
  session.connect();
}

function startNew() {
  setAddress(null);
  open(null);
  box.focus();
}

const STATES = { connecting: "Connecting", open: "Connected", waiting: "Reconnecting", stopped: "Not connected" };

function showPhase(phase) {
  clearInterval(countdown);
  byId("state").dataset.phase = phase.name;
  const state = STATES[phase.name];
  if (byId("state-text").textContent !== state) byId("state-text").textContent = state;
  const lost =
    phase.name === "waiting" || phase.name === "stopped" || (phase.name === "connecting" && phase.attempt > 1);
  byId("banner").hidden = !lost;
  if (phase.name === "waiting") {
    banner("", "Try now", () => session.connect());
    const tick = () => {
      const seconds = Math.max(1, Math.ceil((phase.retryAt - Date.now()) / 1000));
      byId("banner-text").textContent = `Connection lost. Trying again in ${seconds} s`;
    };
    tick();
    countdown = setInterval(tick, 250);
  } else if (phase.name === "connecting") {
    banner("Connection lost. Trying again now", null);
  } else if (phase.name === "stopped") {
    if (phase.code === 4003) banner(explain(phase.code), "New conversation", startNew);
    else if (phase.retry === "backoff") banner("The server cannot be reached.", "Try again", () => session.connect());
    else banner(explain(phase.code), "Try again", () => open(fragment()));
    if (phase.code === 4001 || phase.code === 4002) sessionStorage.removeItem(TOKEN_KEY);
    view.changed();
  }
}

function banner(text, action, onclick) {
  byId("banner-text").textContent = text;
  byId("banner-action").hidden = !action;
  byId("banner-action").textContent = action ?? "";
  byId("banner-action").onclick = onclick ?? null;
}

function toast(text) {
  byId("toast").textContent = text;
  byId("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => {
    byId("toast").hidden = true;
  }, 2500);
}

async function share() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("Link copied");
  } catch {
    toast("The address of this page is the link");
  }
}

open(fragment());
const box = composer({ onSend: send, limit: () => session.maxMessageBytes });
byId("starters").append(
  ...COMMANDS.slice(0, 6).map(({ text, title, hint }) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", onclick: () => send(text) },
        h("strong", {}, title),
        h("span", {}, hint),
        h("code", {}, text),
      ),
    ),
  ),
);
byId("chips").append(
  ...COMMANDS.map(({ text, chip }) =>
    h("li", {}, h("button", { type: "button", title: text, onclick: () => send(text) }, chip ?? text)),
  ),
);
byId("stop").addEventListener("click", () => {
  const run = activeRun(session.state);
  if (run) session.cancel(run.runId);
});
byId("new").addEventListener("click", startNew);
byId("share").addEventListener("click", share);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  box.focus();
});
addEventListener("hashchange", () => {
  const wanted = fragment();
  if (wanted !== (session.exists ? session.conversationId : null)) open(wanted);
});
addEventListener("online", () => session.connect());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && byId("state").dataset.phase === "waiting") session.connect();
});

if (matchMedia("(pointer: fine)").matches) box.focus();
