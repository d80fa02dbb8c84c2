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
  let pause, request, shown, about;

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
    let answer = null, refused = false;
    try {
      const response = await fetch(panel.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        signal: mine.signal,
        redirect: "error",
      });
      if (response.ok) answer = await response.text();
      refused = response.status === 403;
    } catch {
      // Said below; an aborted request has a successor that says it.
    }
    if (!mine.signal.aborted) show(answer, refused);
  }

  function show(answer, refused) {
    failed.hidden = answer !== null;
    failed.textContent = answer === null ? failed.dataset[refused ? "refused" : "otherwise"] : "";
    if (answer === null) {
      body.replaceChildren(...body.querySelectorAll("fieldset")); // what was chosen stays chosen
    } else if (answer !== shown) {
      const held = body.contains(document.activeElement) ? keyOf(document.activeElement) : null;
      body.innerHTML = answer; // made and escaped by the server's template
      if (held !== null) [...body.querySelectorAll("input, a")].find((part) => keyOf(part) === held)?.focus();
    }
    shown = answer;
    said.textContent = body.querySelector("[data-said]")?.dataset.said ?? "";
    about = typed(); // with the choice that the answer may bring
    previewed.value = body.querySelector("[data-fingerprint]")?.dataset.fingerprint ?? "";
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.django?.jQuery(form).on("change", changed); // pickers tell of their changes by it alone
  body.addEventListener("click", useInstead);
  panel.hidden = false;
  addEventListener("pageshow", ask); // the browser has put back by then what was typed before
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
