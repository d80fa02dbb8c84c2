// On a page that came back with errors, go to the first wrong field.

function go() {
  const field = document.querySelector(".errors :is(input, select, textarea):not([type=hidden])");
  if (!field || document.activeElement !== document.body) return; // or somebody types already
  field.closest("details")?.setAttribute("open", "");
  const picker = field.nextElementSibling?.querySelector(".select2-selection");
  (picker ?? field).focus();
}

// Where there are pickers, Django makes them as soon as jQuery is ready: go after that.
if (window.django?.jQuery) django.jQuery(go);
else addEventListener("load", go);
