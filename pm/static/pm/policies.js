// A patient's policies: the insured's fields only where needed, the next rank and focus in a new row.

const RANKS = ["primary", "secondary", "tertiary"];

function rows() {
  return [...document.querySelectorAll("#policies-group .inline-related:not(.empty-form)")];
}

function field(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function insured(row) {
  return row.querySelector(".field-insured_last_name");
}

function isTyped(line) {
  const values = [...line.querySelectorAll(".readonly")].map((shown) => shown.textContent.trim());
  return [...line.querySelectorAll("input")].some((input) => input.value) || values.some((value) => value !== "–");
}

// On a page that is only read, what a policy says of it is text.
function isSelf(row) {
  const shown = row.querySelector(".field-relationship .readonly");
  return shown ? shown.textContent.trim() === "Self" : field(row, "relationship").value === "self";
}

function showInsured(row) {
  const line = insured(row);
  line?.classList.toggle("hidden", isSelf(row) && !isTyped(line));
  line?.querySelectorAll("input").forEach((input) => input.setAttribute("aria-required", !isSelf(row)));
}

const DATES = [/^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d\d)$/, /^(\d\d)(\d\d)(\d{4}|\d\d)$/];

// Today as the server has it, of which Django's calendars know. What can't be read hasn't ended.
function hasEnded(row) {
  const typed = field(row, "ends_on").value.trim();
  const [, month, day, year] = DATES.map((date) => date.exec(typed)).find(Boolean) ?? [];
  const ends = new Date(year?.length === 2 ? `20${year}` : year, month - 1, day);
  return ends.getMonth() === month - 1 && ends < DateTimeShortcuts.now().setHours(0, 0, 0, 0);
}

function holdsRank(row) {
  return field(row, "is_active")?.checked && !field(row, "DELETE")?.checked && !hasEnded(row);
}

function nextRank(newest) {
  const held = rows()
    .filter((row) => row !== newest && holdsRank(row))
    .map((row) => field(row, "rank").value);
  return RANKS.find((rank) => !held.includes(rank)) ?? RANKS[0];
}

// Dates are typed: whoever uses the keyboard needs no stop at the calendar.
function passBy() {
  document.querySelectorAll(".datetimeshortcuts a").forEach((link) => (link.tabIndex = -1));
}

// What takes a row away stands at its top, and comes last by keyboard.
function removeLast(row) {
  const remove = row.querySelector("h3 > span:has(> .inline-deletelink), h3 > .delete");
  if (!remove) return;
  remove.classList.add("remove-policy");
  row.append(remove);
}

document.addEventListener("change", ({ target }) => {
  const row = target.closest("#policies-group .inline-related");
  if (!row || !target.name.endsWith("-relationship")) return;
  if (target.value === "self") insured(row)?.querySelectorAll("input").forEach((input) => (input.value = ""));
  showInsured(row);
});

document.addEventListener("formset:added", ({ target: row }) => {
  if (!row.closest("#policies-group")) return;
  field(row, "rank").value = nextRank(row);
  showInsured(row);
  passBy();
  removeLast(row);
  field(row, "rank").focus();
  row.scrollIntoView({ block: "nearest" });
});

document.addEventListener("DOMContentLoaded", () => rows().forEach(showInsured));
// Django has made its calendars and its buttons by then.
addEventListener("load", () => setTimeout(() => {
  passBy();
  rows().forEach(removeLast);
  document.querySelector("#policies-group [autofocus]:focus")?.closest(".inline-related").scrollIntoView({ block: "nearest" });
}));
