// Where a plan is added: Enter saves only what holds a plan, and the company's address stands in
// place of the five fields that it fills.

const form = document.querySelector("#insurancecompany_form, #insuranceplan_form");
const box = form.querySelector("[name$=same_address]");
const prefix = box.name.replace("same_address", "");
const plan = (name) => form.elements[prefix + name];
const company = (name) => form.elements[name]?.value.trim() ?? "";
const ADDRESS = ["street_1", "street_2", "city", "state", "zip_code"];

const row = box.closest(".form-row");
const shown = document.createElement("p");
shown.className = "taken-address";
shown.setAttribute("role", "status");
row.append(shown);

// A company that is typed on this page, or one that is chosen, whose address the picker shows.
function addressOfCompany() {
  const chosen = form.elements.company;
  if (chosen) return chosen.value ? chosen.selectedOptions[0].text : "";
  const place = [company("state"), company("zip_code")].filter(Boolean).join(" ");
  return ["street_1", "street_2", "city"].map(company).concat(place).filter(Boolean).join(", ");
}

function follow({ target, type }) {
  if (target === box && type === "change") row.classList.remove("errors"); // what was wrong is answered
  const taken = box.checked && !row.classList.contains("errors");
  for (const name of ADDRESS) plan(name).disabled = taken; // what stands there isn't sent
  shown.hidden = !taken;
  const words = addressOfCompany() || "No address yet: type the company's, or clear this box.";
  if (shown.textContent !== words) shown.textContent = words;
  if (prefix) plan("phone").placeholder = company("phone");
  if (guard) guard.disabled = !plan("name").value.trim();
  if (guard && !guard.disabled) advice.textContent = "";
}

// Enter, which saves nothing yet, leads to what is missing.
const guard = form.querySelector("[data-enter]");
const advice = document.createElement("p");
advice.className = "enter-advice";
advice.setAttribute("role", "status");

function pressed(event) {
  const types = event.target.matches("input:not([type=submit], [type=button])");
  if (event.key !== "Enter" || event.isComposing || !types || !guard.disabled) return;
  event.preventDefault();
  advice.textContent = "Enter saves once there is a plan. Press Save to keep the company alone.";
  plan("name").focus();
  advice.scrollIntoView({ block: "nearest" });
}

if (guard) {
  plan("name").closest(".form-row").append(advice);
  form.addEventListener("keydown", pressed);
}

form.addEventListener("input", follow);
form.addEventListener("change", follow);
window.django?.jQuery(form).on("change", follow); // pickers tell of their changes by it alone
addEventListener("pageshow", follow); // the browser has put back by then what was typed before

// Django gives the focus to the first field, which may be filled in already.
addEventListener("load", () => {
  const chosen = form.elements.company;
  if (chosen?.value && chosen.parentElement.contains(document.activeElement)) plan("name").focus();
});
