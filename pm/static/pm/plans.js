// Where a plan is added: Enter saves only what holds a plan, and the company's address stands in
// place of the five fields that it fills.

const form = document.querySelector("#insurancecompany_form, #insuranceplan_form");
const box = form.querySelector("[name$=same_address]");
const prefix = box.name.replace("same_address", "");
const plan = (name) => form.elements[prefix + name];
const company = (name) => form.elements[name]?.value.trim() ?? "";
const ADDRESS = ["street_1", "street_2", "city", "state", "zip_code"];

const NO_ADDRESS = form.elements.company
  ? "This company has no address: clear this box and type the plan's."
  : "No address yet: type the company's, or clear this box.";

const row = box.closest(".form-row");
const shown = document.createElement("p");
shown.className = "taken-address";
shown.setAttribute("role", "status");
row.append(shown);

// What is known of the company that is chosen: of one that has just been added, only its name.
function factsOf(chosen) {
  const option = chosen.value ? chosen.selectedOptions[0] : null;
  const picked = option && window.django?.jQuery(chosen).data("select2")?.data()[0];
  return option ? { name: option.text, ...option.dataset, ...picked } : {};
}

// A company that is typed on this page, or one that is chosen.
function addressOfCompany() {
  const chosen = form.elements.company;
  if (chosen) {
    const { name = "", address = name } = factsOf(chosen);
    return address;
  }
  const place = [company("state"), company("zip_code")].filter(Boolean).join(" ");
  return ["street_1", "street_2", "city"].map(company).concat(place).filter(Boolean).join(", ");
}

// On a page that came back, where a plan's own address is to be typed, or one of two to be cleared.
const isAsked = !prefix || ADDRESS.some((name) => plan(name).value.trim());

function follow({ target, type }) {
  if (target === box && type === "change") row.classList.remove("errors"); // what was wrong is answered
  const taken = box.checked && !(isAsked && row.classList.contains("errors"));
  row.classList.toggle("taken", taken);
  for (const name of ADDRESS) plan(name).disabled = taken; // what stands there isn't sent
  shown.hidden = !taken;
  const words = addressOfCompany() || NO_ADDRESS;
  if (shown.textContent !== words) shown.textContent = words;
  plan("phone").placeholder = prefix ? company("phone") : factsOf(form.elements.company).phone ?? "";
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
