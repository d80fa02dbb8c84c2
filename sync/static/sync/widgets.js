// What Django's own widgets lack: names for screen readers, pickers that are quick by keyboard and say
// what to do, and what was picked to be copied.

const $ = django.jQuery;

function labelOf(select) {
  return document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
}

function boxOf(select) {
  return select.nextElementSibling?.querySelector("[role=combobox]");
}

function openBox() {
  return document.querySelector(".select2-container--open [role=combobox]");
}

function nameBox(select) {
  const label = labelOf(select);
  const box = boxOf(select);
  if (!label || !box) return;
  label.id ||= `${select.id}_label`;
  const value = box.querySelector("[role=textbox]");
  box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
  value.setAttribute("aria-labelledby", label.id);
}

// One Tab leaves a picker. Its icons are reached by the arrow keys.
const WAYS = ".related-widget-wrapper-link";
const PICKER = ".related-widget-wrapper:has(select.admin-autocomplete)";

function nameAll(root) {
  root.querySelectorAll("select.admin-autocomplete").forEach(nameBox);
  root.querySelectorAll(`${PICKER} ${WAYS}`).forEach((icon) => { icon.tabIndex = -1; });
  const focused = document.activeElement; // Django gave it the focus before it was a picker
  if (focused?.matches("select.admin-autocomplete")) boxOf(focused)?.focus();
  root.querySelectorAll(".help-tooltip[aria-label]").forEach((icon) => icon.setAttribute("role", "img"));
}

// Before Django makes its pickers, each of which copies these words.
const words = $.fn.select2?.amd.require("select2/i18n/en") ?? {};
words.searching = () => "Looking…";
words.noResults = () => {
  const select = openBox()?.closest(".select2-container").previousElementSibling;
  const typed = document.querySelector(".select2-container--open .select2-search__field")?.value.trim() ?? "";
  const fewer = typed.includes(" ") ? "Try fewer words. " : "";
  const mayAdd = select && !("addedElsewhere" in select.dataset) && select.closest(PICKER)?.querySelector(".add-related");
  return `Nothing found. ${fewer}${select?.dataset.help ?? ""}${mayAdd ? " Or add one by the + beside it." : ""}`;
};
words.errorLoading = () => "No list: you may be logged out. Log in in another window, then type again.";

// What opens stands at the end of the page, far from its label and its box.
$(document).on("select2:open", ({ target }) => {
  const box = boxOf(target);
  box?.setAttribute("aria-controls", box.getAttribute("aria-owns"));
  const name = labelOf(target)?.textContent.replace(/:\s*$/, "") ?? "";
  const open = document.querySelector(".select2-container--open .select2-dropdown");
  open?.querySelectorAll("input, [role=listbox]").forEach((part) => part.setAttribute("aria-label", name));
});

// A picker's box isn't a field, so the browser has nothing in it to copy.
document.addEventListener("copy", (event) => {
  const focused = document.activeElement;
  const searches = focused?.matches(".select2-search__field") && focused.selectionStart === focused.selectionEnd;
  const box = searches ? openBox() : focused;
  const select = box?.closest(".select2-container")?.previousElementSibling;
  const picked = select?.selectedOptions?.[0]?.text;
  if (!picked || String(getSelection())) return;
  event.clipboardData.setData("text/plain", picked);
  event.preventDefault();
});

function pressed(event) {
  const picker = event.target.closest(PICKER);
  if (!picker || event.ctrlKey || event.metaKey || event.altKey) return;
  const select = picker.querySelector("select.admin-autocomplete");
  const stops = [boxOf(select), ...picker.querySelectorAll(`${WAYS}[href]`)];
  const here = stops.indexOf(event.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step && stops[here + step]) {
    event.preventDefault();
    stops[here + step].focus();
  } else if (here === 0 && event.key.length === 1 && event.key !== " " && !select.disabled) {
    event.preventDefault();
    $(select).select2("open");
    const search = document.querySelector(".select2-container--open .select2-search__field");
    search.value = event.key;
    search.focus();
    $(search).trigger("input");
  }
}

document.addEventListener("keydown", pressed);
document.addEventListener("formset:added", (event) => nameAll(event.target));
$(() => nameAll(document)); // Django has made its pickers by now,
addEventListener("load", () => nameAll(document)); // and by now its pairs of lists
