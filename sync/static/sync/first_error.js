// On a page that came back, go to the first wrong field; without one, to the choice that
// is open, else to what is asked or refused.

function go() {
  if (document.activeElement !== document.body) return; // somebody types already
  const field = document.querySelector(":is(input, select, textarea)[aria-invalid=true]:not([type=hidden])");
  if (!field) {
    const choices = [...document.querySelectorAll(".preview-choices input")];
    if (choices.length && !choices.some((choice) => choice.checked)) {
      choices[0].focus();
      return document.querySelector("#preview-choose")?.scrollIntoView({ block: "nearest" }); // what to choose
    }
    hear(document.querySelector(".errorlist:is(.nonfield, .nonform)") ?? document.querySelector(".errornote"));
    return;
  }
  field.closest("details")?.setAttribute("open", "");
  const picker = field.nextElementSibling?.querySelector(".select2-selection");
  (picker ?? field).focus();
}

// A screen reader says all of it, not only that it is a list; the next Tab goes on from there.
function hear(message) {
  if (!message) return;
  message.tabIndex = -1;
  message.id ||= "first-message";
  message.setAttribute("aria-labelledby", message.id);
  message.focus();
}

// Where there are pickers, Django makes them as soon as jQuery is ready: go after that.
if (window.django?.jQuery) django.jQuery(go);
else addEventListener("load", go);
