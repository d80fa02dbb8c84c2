// Name, for screen readers, what Django's own widgets leave without a name; and let what was picked
// be copied.

const $ = django.jQuery;

function labelOf(select) {
  return document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
}

function boxOf(select) {
  return select.nextElementSibling?.querySelector("[role=combobox]");
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

function nameAll(root) {
  root.querySelectorAll("select.admin-autocomplete").forEach(nameBox);
  root.querySelectorAll(".help-tooltip[aria-label]").forEach((icon) => icon.setAttribute("role", "img"));
}

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
  const box = searches ? document.querySelector(".select2-container--open [role=combobox]") : focused;
  const select = box?.closest(".select2-container")?.previousElementSibling;
  const picked = select?.selectedOptions?.[0]?.text;
  if (!picked || String(getSelection())) return;
  event.clipboardData.setData("text/plain", picked);
  event.preventDefault();
});

document.addEventListener("formset:added", (event) => nameAll(event.target));
$(() => nameAll(document)); // Django has made its pickers by now,
addEventListener("load", () => nameAll(document)); // and by now its pairs of lists
