// "/" leads to the search box of the page, unless it is typed somewhere. Nothing searched for begins so.

const TYPED_IN = 'input:not([type="checkbox"], [type="radio"], [type="submit"]), select, textarea, [role="combobox"]';
const box = document.querySelector('#searchbar, [role="search"] input[type="search"]');

if (box) {
  box.setAttribute("aria-keyshortcuts", "/");
  box.title = "Press / to come here";
  document.addEventListener("keydown", (event) => {
    const isPlain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isTyped = event.target === box ? box.value : event.target.closest(TYPED_IN);
    if (!isPlain || isTyped) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
