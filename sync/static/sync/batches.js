// Go on with the next records, once the page that says how many are done has been painted.

const SEEN = 100; // milliseconds; a frame would never come to a tab in the background
const form = document.querySelector("form.batches");

addEventListener("load", () => {
  const next = setTimeout(() => form.requestSubmit(), SEEN);
  form.addEventListener("submit", () => clearTimeout(next)); // Stop was pressed before
});
