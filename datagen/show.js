// Search, filters, and the keys j and k; without it the page reads the same, only longer.
"use strict";
const form = document.querySelector(".filters");
const sections = [...document.querySelectorAll("main section")];
const pairs = [...document.querySelectorAll(".pair")];
const plain = (text) => text.normalize("NFC").toLowerCase();
const texts = pairs.map((pair) => plain(pair.textContent + " " + pair.id));

function filter() {
  const { kind, document: from, gate, level, words } = Object.fromEntries(new FormData(form));
  const sought = plain(words).split(/\s+/).filter(Boolean);
  let shown = 0;
  pairs.forEach((pair, index) => {
    const { kind: itsKind, level: itsLevel, gate: itsGate, documents } = pair.dataset;
    pair.hidden = !(
      (!kind || kind === itsKind) && (!level || level === itsLevel) && (!gate || gate === itsGate) &&
      (!from || documents.split("\n").includes(from)) && sought.every((word) => texts[index].includes(word))
    );
    shown += !pair.hidden;
  });
  for (const section of sections) section.hidden = !section.querySelector(".pair:not([hidden])");
  document.querySelector(".empty").hidden = shown > 0;
  form.querySelector("output").textContent = `${shown.toLocaleString()} / ${pairs.length.toLocaleString()}`;
}

function go(step) {
  const open = pairs.filter((pair) => !pair.hidden);
  const at = open.indexOf(document.activeElement.closest(".pair"));
  // Where nothing is chosen yet, j begins with the first pair on the screen.
  const first = open.findIndex((pair) => pair.getBoundingClientRect().bottom > form.getBoundingClientRect().bottom);
  const next = open[Math.min(Math.max(at < 0 ? first : at + step, 0), open.length - 1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  // Under a Korean input method j arrives as ㅓ: then the place on the keyboard says which key it is.
  const key = event.key.charCodeAt(0) < 128 ? event.key : event.code.replace("Key", "").toLowerCase();
  if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (key === "/") form.querySelector("input").focus();
  else return;
  event.preventDefault();
});
form.hidden = false;
filter();
