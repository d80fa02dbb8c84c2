// Beside a form, show what saving it will do. The server decides; this asks after each pause.

const PAUSE = 400; // milliseconds without a change

for (const panel of document.querySelectorAll("[data-preview]")) {
  watch(panel, panel.closest("form"));
}

function watch(panel, form) {
  const body = panel.querySelector("[data-preview-body]");
  const said = form.querySelector("[data-preview-said]"); // beside Save, and for screen readers
  const failed = panel.querySelector("[data-preview-failed]");
  const previewed = panel.querySelector("[data-previewed]");
  let pause, request, shown, about, told = false;

  function typed() {
    const data = new FormData(form);
    data.delete("_previewed");
    return new URLSearchParams(data).toString();
  }

  function changed() {
    if (typed() === about) return; // a field was only left
    previewed.value = ""; // what was said is no longer about what stands in the form
    request?.abort(); // its answer would be stale
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  }

  async function ask() {
    request?.abort();
    const mine = (request = new AbortController());
    about = typed();
    let answer = null;
    try {
      const response = await fetch(panel.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        signal: mine.signal,
        redirect: "error",
      });
      if (response.ok) answer = await response.text();
      else if (response.status === 403 && !told) document.dispatchEvent(new Event("loggedout"));
      told = response.status === 403; // once: it may be for another reason
    } catch {
      // Said below; an aborted request has a successor that says it.
    }
    if (!mine.signal.aborted) show(answer);
  }

  function show(answer) {
    failed.hidden = answer !== null;
    failed.textContent = answer === null ? failed.dataset.otherwise : "";
    if (answer === null) {
      body.replaceChildren(...body.querySelectorAll("fieldset")); // what was chosen stays chosen
    } else if (answer !== shown) {
      const held = body.contains(document.activeElement) ? keyOf(document.activeElement) : null;
      body.innerHTML = answer; // made and escaped by the server's template
      if (held !== null) [...body.querySelectorAll("input, a")].find((part) => keyOf(part) === held)?.focus();
    }
    shown = answer;
    leaveOut(body.querySelector("[data-outdated]")?.dataset.outdated ?? "");
    if (answer !== null) {
      tellFields(form, body);
      tellQuestions(form, panel);
    }
    said.textContent = body.querySelector("[data-said]")?.dataset.said ?? "";
    about = typed(); // with the choice that the answer may bring
    previewed.value = body.querySelector("[data-fingerprint]")?.dataset.fingerprint ?? "";
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.django?.jQuery(form).on("change", changed); // pickers tell of their changes by it alone
  body.addEventListener("click", useInstead);
  panel.addEventListener("scroll", () => tellWhatIsCutOff(panel));
  const resized = new ResizeObserver(() => {
    tellWhatIsCutOff(panel);
    uncover(panel, form);
  });
  for (const part of [panel, ...panel.children]) resized.observe(part);
  panel.hidden = false;
  document.addEventListener("loggedin", ask); // the page's user is back, or its forms' token is renewed
  addEventListener("pageshow", ask); // the browser has put back by then what was typed before
}

// Where the panel is too low for all that it says, it shows that it goes on, and beside Save stands what it comes to.
function tellWhatIsCutOff(panel) {
  const { scrollHeight, clientHeight, scrollTop } = panel;
  panel.classList.toggle("cut-off", scrollHeight > clientHeight + 1); // rounded
  panel.classList.toggle("goes-on", scrollHeight > clientHeight + scrollTop + 1);
}

// Who types meanwhile sees where: the panel may just have grown over that field.
function uncover(panel, form) {
  const field = document.activeElement;
  if (!form.contains(field) || panel.contains(field)) return;
  const [typed, covers] = [field.getBoundingClientRect(), panel.getBoundingClientRect()];
  const isBeside = typed.right <= covers.left;
  if (!isBeside && typed.bottom > covers.top && typed.top < covers.bottom) field.scrollIntoView({ block: "nearest" });
}

// What stands on the page before anything is typed, and isn't true of what is typed by now.
function leaveOut(outdated) {
  const keys = outdated.split(" ");
  for (const part of document.querySelectorAll("[data-preview] [data-rule], .counterpart[data-state]")) {
    part.hidden = keys.includes(part.dataset.rule ?? part.dataset.state);
  }
}

// Beside each field stands what is wrong with it by now, where a page that came back says it.
function tellFields(form, body) {
  const faulty = body.querySelector("[data-faulty]").dataset.faulty.split(" ");
  for (const list of form.querySelectorAll("ul.errorlist[id$=_error]")) {
    const id = list.id.replace(/_error$/, "");
    if (faulty.includes(id)) continue;
    list.remove();
    mark(document.getElementById(id), false);
  }
  if (!form.querySelector("ul.errorlist")) form.querySelector(".errornote")?.remove();
  for (const said of body.querySelectorAll("[data-wrong]")) {
    const field = document.getElementById(said.dataset.wrong);
    const cell = field?.closest(".form-multiline > div, .form-row");
    said.hidden = Boolean(cell);
    if (!cell) continue;
    let list = document.getElementById(`${field.id}_error`);
    if (!list) {
      list = document.createElement("ul");
      list.className = "errorlist";
      list.id = `${field.id}_error`;
      cell.prepend(list);
      mark(field, true);
    }
    const text = said.lastElementChild.textContent;
    if (list.textContent.trim() !== text) {
      list.replaceChildren(Object.assign(document.createElement("li"), { textContent: text }));
    }
  }
}

// What a page that came back has asked stands as long as it still is a question.
function tellQuestions(form, panel) {
  const open = panel.querySelector("[data-questions]");
  if (!open || !document.body.classList.contains("asks")) return;
  const texts = [...open.children].map((question) => question.textContent);
  for (const list of form.querySelectorAll("ul.errorlist.nonfield")) {
    for (const asked of list.children) asked.hidden = !texts.includes(asked.textContent);
    list.hidden = [...list.children].every((asked) => asked.hidden);
  }
  const confirm = panel.querySelector(".preview-question");
  if (confirm) confirm.hidden = !texts.length;
}

function mark(field, isWrong) {
  if (!field) return;
  const error = `${field.id}_error`;
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error);
  const about = isWrong ? [...others, error] : others;
  if (about.length) field.setAttribute("aria-describedby", about.join(" "));
  else field.removeAttribute("aria-describedby");
  if (isWrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function keyOf(part) {
  return part.getAttribute("href") ?? part.value;
}

// The page that opened this one as a pop-up calls it when it goes away. Where there are pickers,
// Django's own closes what they opened in turn.
window.dismissChildPopups ??= () => {};

// In a pop-up, "use this one instead" hands the record to the page that opened it.
function useInstead(event) {
  const link = event.target.closest("[data-use]");
  if (link && window.opener?.dismissAddRelatedObjectPopup && window.name.includes("__")) {
    event.preventDefault();
    window.opener.dismissAddRelatedObjectPopup(window, link.dataset.use, link.dataset.useText);
  }
}
