// Send what was typed once, for the user who typed it, to a server that answers. Until then it
// stays on this page and nowhere else.

const page = document.currentScript.dataset; // whose it is, where to ask and to log in, and for how long it stays
const AGAIN = 2000; // milliseconds between two looks whether the user is back
const OURS = ["csrfmiddlewaretoken", "_page", "_previewed"]; // fields that nobody types into
const main = document.querySelector("#content-main form[id$=_form]"); // a record's
const said = document.createElement("div");
said.className = "unsent";
said.setAttribute("role", "alert");
let waiting = null; // {form, button} of a Save that waits for its user
let typedAtFirst, looking, leaves = false;
// In milliseconds: how long nobody may do anything, how long before its end the page warns, and how
// often it tells the server at most that somebody types.
const ALLOWED = page.allowed * 1000;
const WARNED = Math.min(60_000, ALLOWED / 2);
const TOLD = Math.min(60_000, ALLOWED / 10);
let endsAt = Date.now() + page.left * 1000, tellAt = 0, warns = false, asks = false;

// What the server says of who is logged in: "same", "other", "out", or "away" without an answer.
async function ask(about = "") {
  try {
    const answer = await fetch(`${page.check}?of=${page.user}${about}`, { redirect: "error" });
    const now = await answer.json();
    if (now.user !== page.user) return now.user === null ? "out" : "other";
    endsAt = Date.now() + now.left * 1000;
    // A log-in in another window has changed it.
    for (const token of document.querySelectorAll("[name=csrfmiddlewaretoken]")) token.value = now.token;
    return "same";
  } catch {
    return "away";
  }
}

async function send(form, button) {
  form.dataset.sending = "asked";
  const who = await ask();
  if (who === "same") {
    said.remove();
    form.dataset.sending = "now";
    leaves = form === main;
    form.requestSubmit(button);
    return;
  }
  delete form.dataset.sending;
  if (who === "away") {
    say("The server doesn't answer, so this was not sent. What you typed is still here. Try again in a moment.");
  } else {
    waiting = { form, button };
    loggedOut(who);
  }
}

function loggedOut(who) {
  if (who === "other") {
    leaves = true;
    location.replace(location.href); // as the one who is logged in now has it, with the reason
    return;
  }
  if (document.body.classList.contains("covered")) return;
  const link = document.createElement("a");
  link.href = page.login;
  link.target = "_blank";
  link.rel = "opener";
  link.textContent = "Log in again";
  const kept = main ? "You are logged out, and this was not sent. What you typed is still on this page. " : "You are logged out. ";
  const then = waiting ? "it is saved." : main ? "it shows again." : "this page shows again.";
  say(kept, link, ` and ${then}`);
  document.body.classList.add("covered");
  link.focus();
  looking = setInterval(lookAgain, AGAIN);
}

async function lookAgain() {
  const who = await ask();
  if (who === "other") loggedOut(who);
  if (who !== "same" || !document.body.classList.contains("covered")) return;
  clearInterval(looking);
  document.body.classList.remove("covered");
  said.remove();
  document.dispatchEvent(new Event("loggedin"));
  if (waiting) send(waiting.form, waiting.button);
  waiting = null;
}

// Near the end of the time without activity, ask: it may go on in another window.
async function look() {
  const left = endsAt - Date.now();
  if (asks || document.body.classList.contains("covered") || left > (warns ? 0 : WARNED)) return;
  asks = true;
  const who = await ask();
  asks = false;
  if (who === "same") warn(endsAt - Date.now() <= WARNED);
  else if (who !== "away") loggedOut(who);
}

function warn(isNear) {
  if (isNear && !warns) say("Nothing was done here for a while. You will be logged out within a minute: press any key or click to stay.");
  if (!isNear && warns) said.remove();
  warns = isNear;
}

// What a person does here. Loading a page tells the server by itself.
async function active() {
  if (Date.now() < tellAt && !warns || document.body.classList.contains("covered")) return;
  tellAt = Date.now() + TOLD;
  if (await ask("&typed") === "same") warn(false);
}

for (const done of ["keydown", "pointerdown"]) addEventListener(done, active, true);
setInterval(look, 1000); // by the clock: a computer may have slept

function say(...parts) {
  warns = false;
  said.replaceChildren(...parts);
  document.body.append(said);
}

function typed() {
  const data = new FormData(main);
  for (const name of OURS) data.delete(name);
  for (const { name } of main.querySelectorAll("[data-preview-body] input")) data.delete(name);
  return new URLSearchParams(data).toString();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.elements.namedItem("_page") || form.id === "logout-form") return;
  if (form.dataset.sending === "now") {
    // Once the browser has taken what it sends, its buttons among it.
    setTimeout(() => form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = true)));
    delete form.dataset.sending;
    form.dataset.sent = "";
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (!("sending" in form.dataset || "sent" in form.dataset)) send(form, event.submitter);
}, true);

document.addEventListener("loggedout", async () => {
  const who = await ask();
  if (who === "same") document.dispatchEvent(new Event("loggedin"));
  else if (who !== "away") loggedOut(who);
});

addEventListener("load", () => {
  const cameBack = main?.querySelector(".errornote") || document.body.matches(".asks, .outdated");
  if (main) typedAtFirst = cameBack ? "" : typed(); // what is refused, or asked about, isn't saved
});

// A link that takes along all that is typed leaves nothing behind, once it was made of what stands here now.
document.addEventListener("click", (event) => {
  const isHere = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (isHere && event.target.closest("a[data-takes-all]") && main.elements._previewed.value) leaves = true;
});

addEventListener("beforeunload", (event) => {
  if (main && !leaves && typedAtFirst !== undefined && typed() !== typedAtFirst) event.preventDefault();
});

// The browser shows a page anew that was left by its buttons.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaves = false;
  endsAt = 0; // nobody knows: ask
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = false));
  }
});
