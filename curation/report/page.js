// Opens the rows behind a figure. Without it the page reads the same, and nothing on it looks like a button.
"use strict";
const PAGE = 50; // rows in the list at a time: the page stays light however many were found
const root = document.documentElement;
const dialog = document.getElementById("browser");
const part = (selector) => dialog.querySelector(selector);
const list = part(".found");
const search = part("input");
const choices = [...dialog.querySelectorAll("[data-of]")];
const figures = [...document.querySelectorAll("[data-rows]")];
const names = new Map(Object.entries(JSON.parse(dialog.dataset.names)));
const totals = new Map(); // of a set of tags: how many rows of the dataset have them all
const texts = []; // what is searched in each row, made when first asked for
const inOrder = new Intl.Collator("ko", { numeric: true }).compare;
let rows; // the payload: columns, with one place in each for a row
let tags = []; // what the dialog was opened for
let found = []; // numbers of the rows that are listed, in order
let first = 0; // where in `found` the list begins
let leaving = false; // the browser is on its way back to the page without a view

const plain = (text) => text.normalize("NFC").toLowerCase();
const asKey = (some) => JSON.stringify([...some].sort());
const words = () => plain(search.value).split(/\s+/).filter(Boolean);
const tagsOf = (row) => rows.of[row].map((at) => rows.tags[at]);
// As on the page: control characters are seen, and those that turn the reading direction have no power.
const visible = (text) =>
  text.replace(/[\0-\x08\x0b-\x1f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt()))
    .replace(/[\u2028\u2029]/g, "⏎").replace(/[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

// An element that says itself in the chosen language now, and in the other when that is chosen (speak).
function say(node, [ko, en]) {
  Object.assign(node.dataset, { ko: visible(ko), en: visible(en) });
  node.textContent = node.dataset[root.lang];
  node.dir = "auto";
  return node;
}

function quote(name, text) {
  const node = document.createElement("span");
  return Object.assign(node, { className: name, textContent: visible(text), lang: "ko", dir: "auto" });
}

// [Korean, English] of a tag or its value; what has no name, as a source, says itself.
const keyOf = (tag) => tag.split(":", 1)[0];
const valueOf = (tag) => names.get(tag) ?? [0, 1].map(() => tag.slice(keyOf(tag).length + 1));

function named(tag) {
  const key = names.get(keyOf(tag));
  if (!key || tag === keyOf(tag)) return key ?? [tag, tag];
  return [0, 1].map((at) => [key[at], valueOf(tag)[at]].filter(Boolean).join(": "));
}

function rowsWith(some) {
  const wanted = some.map((tag) => rows.tags.indexOf(tag));
  return rows.of.flatMap((of, row) => (wanted.every((tag) => of.includes(tag)) ? [row] : []));
}

const option = (value, name) => Object.assign(say(document.createElement("option"), name), { value });

// The selects offer what tells the opened rows apart, and hide where they are all alike.
function offer() {
  const counts = new Map();
  for (const row of rowsWith(tags)) for (const tag of tagsOf(row)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  for (const choice of choices) {
    const of = choice.dataset.of.split(" ");
    const offered = [...counts].filter(([tag]) => of.includes(keyOf(tag)))
      .sort((a, b) => b[1] - a[1] || inOrder(a[0], b[0])).slice(0, 60)
      .map(([tag, many]) => option(tag, valueOf(tag).map((name) => `${name} (${many})`)));
    choice.replaceChildren(option("", ["모두", "all"]), ...offered);
    choice.parentElement.hidden = offered.length < 2;
  }
}

const ORDERS = {
  id: (a, b) => ((rows.id[a] || "~") < (rows.id[b] || "~") ? -1 : 1), // a line that could not be read has none
  place: (a, b) => inOrder(rows.place[a], rows.place[b]),
  question: (a, b) => rows.question[a].length - rows.question[b].length,
  answer: (a, b) => rows.answer[a].length - rows.answer[b].length,
};

function filter() {
  const sought = words();
  const text = (row) => (texts[row] ??=
    plain(["question", "answer", "id", "place", "evidence"].map((name) => rows[name][row]).join("\n")));
  const inside = rowsWith(tags);
  found = rowsWith([...tags, ...choices.map((choice) => choice.value).filter(Boolean)])
    .filter((row) => sought.every((word) => text(row).includes(word)));
  const [, back, by] = part(".order").value.match(/^(-?)(.*)/);
  found.sort((a, b) => (back ? ORDERS[by](b, a) : ORDERS[by](a, b)));
  count(found.length, inside.length, totals.get(asKey(tags)) ?? (rows.id.length === rows.total ? inside.length : NaN));
  draw(0);
}

function count(listed, opened, all) {
  const [k, n, m] = [listed, opened, all].map((value) => value.toLocaleString("en"));
  const sample = all > opened;
  const ko = sample ? `이 페이지에 든 ${n}행 (전체 ${m}행)` : `${n}행`;
  const en = sample ? `in the page ${n} of ${m} rows` : `${n} ${opened === 1 ? "row" : "rows"}`;
  const narrowed = [`${ko} 가운데 ${k}행`, `${k} of ${sample ? "those " : ""}${en}`];
  say(part(".count"), listed === opened ? [ko, en] : narrowed);
}

function draw(from) {
  first = from;
  const until = Math.min(first + PAGE, found.length);
  list.start = first + 1;
  list.replaceChildren(...found.slice(first, until).map(line));
  part(".rows").scrollTop = 0;
  part(".empty").hidden = found.length > 0;
  part(".pages").hidden = found.length <= PAGE;
  part(".earlier").disabled = first === 0;
  part(".later").disabled = until === found.length;
  part(".at").textContent = `${first + 1}–${until} / ${found.length}`;
  mark();
}

function line(row) {
  const [item, details, summary, foot] = ["li", "details", "summary", "small"].map((tag) => document.createElement(tag));
  const told = tagsOf(row).filter((tag) => /^(reason|split|user|assistant):/.test(tag)).map(named);
  say(foot, [0, 1].map((at) => told.map((name) => name[at]).join(" · ")));
  summary.append(quote("question", rows.question[row] || rows.place[row]), quote("answer", rows.answer[row]), foot);
  details.dataset.row = row;
  details.append(summary);
  item.append(details);
  return item;
}

// What stands below a row when it is opened; a fact that it lacks is left out.
function fill(details) {
  if (details.children.length > 1) return;
  const row = Number(details.dataset.row);
  const facts = part("template").content.cloneNode(true);
  const place = (name) => facts.querySelector(`dd.${name}`);
  place("tags").append(...tagsOf(row).map((tag) => say(quote("tag", ""), named(tag))));
  for (const name of ["evidence", "why", "place"]) place(name).textContent = visible(rows[name][row]);
  place("instead").firstChild.textContent = rows.beside[row];
  place("story").firstChild.textContent = rows.id[row] && `python -m curation explain DIR ${rows.id[row]}`;
  for (const fact of facts.querySelectorAll("dd")) {
    if (fact.firstChild?.textContent) continue;
    fact.previousElementSibling.remove();
    fact.remove();
  }
  details.append(facts);
  mark();
}

// Marks the words that are searched without one node more.
function mark() {
  if (!CSS.highlights) return;
  const found = new Highlight();
  const walker = document.createTreeWalker(list, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = plain(node.data);
    if (text.length !== node.length) continue; // places in it would not be those in the page
    for (const word of words()) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        found.add(range);
      }
    }
  }
  CSS.highlights.set("found", found);
}

function show(some, sought = "") {
  tags = some;
  search.value = sought;
  part(".chips").replaceChildren(...tags.map((tag) => {
    const chip = say(document.createElement("button"), named(tag));
    const item = document.createElement("li");
    item.append(Object.assign(chip, { type: "button", className: "chip", value: tag, title: "빼기 · remove" }));
    return item;
  }));
  offer();
  filter();
  if (!dialog.open) dialog.showModal();
}

// A view has an address: it can be linked, and the back button closes it.
function visit(some, sought) {
  if (leaving) return addEventListener("popstate", () => visit(some, sought), { once: true });
  const address = new URLSearchParams({ rows: JSON.stringify(some), ...(root.lang === "en" && { lang: "en" }) });
  if (dialog.open) history.replaceState(history.state, "", `#${address}`);
  else history.pushState("opened here", "", `#${address}`);
  show(some, sought);
}

const asked = (name) => new URLSearchParams(location.hash.slice(1)).get(name);

function follow() {
  leaving = false;
  if (asked("rows") === null) return dialog.close();
  try {
    show([JSON.parse(asked("rows"))].flat().map(String));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // such an address is no view of ours
  }
}

function leave() {
  if (asked("rows") === null) return; // the back button closed it
  leaving = history.state !== null;
  if (leaving) history.back();
  else history.replaceState(null, "", location.pathname + location.search);
}

function go(step) {
  const lines = [...list.querySelectorAll("summary")];
  const at = lines.indexOf(document.activeElement.closest("details")?.firstChild);
  const next = at < 0 ? 0 : at + step;
  if (lines[next]) return lines[next].focus();
  if (first + next < 0 || first + next >= found.length) return;
  draw(first + step * PAGE);
  list.querySelector(step > 0 ? "li summary" : "li:last-child summary").focus();
}

function speak() {
  root.lang = document.getElementById("en").checked ? "en" : "ko";
  for (const node of dialog.querySelectorAll("[data-ko]")) node.textContent = node.dataset[root.lang];
  for (const figure of figures) {
    const said = figure.textContent.trim();
    if (!/^[\d,.%\s]*$/.test(said)) continue; // only a number alone does not say what it opens
    const what = JSON.parse(figure.dataset.rows).map((tag) => named(tag)[root.lang === "en" ? 1 : 0]);
    figure.ariaLabel = [said, ...what].filter(Boolean).join(" · ");
  }
}

function press(button) {
  if (button.matches(".close")) dialog.close();
  else if (button.matches(".chip")) visit(tags.filter((tag) => tag !== button.value));
  else if (button.matches(".earlier")) draw(first - PAGE);
  else if (button.matches(".later")) draw(first + PAGE);
  else visit([], button.textContent); // the row that was kept instead, by its id
}

function type(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.matches("select")) return;
  // Under a Korean input method j arrives as ㅓ: then the place on the keyboard says which key it is.
  const name = key.charCodeAt(0) < 128 ? key : event.code.replace("Key", "").toLowerCase();
  const typing = target.matches("input");
  const step = { ArrowDown: 1, ArrowUp: -1, ...(typing ? {} : { j: 1, k: -1 }) }[name];
  if (target.matches("[data-rows]") && (key === "Enter" || key === " ")) visit(JSON.parse(target.dataset.rows));
  else if (dialog.open && step) go(step);
  else if (dialog.open && name === "/" && !typing) search.focus();
  else return;
  event.preventDefault();
}

function start(payload) {
  rows = payload;
  const order = [...names.keys()]; // of the tags of a row
  const place = rows.tags.map((tag) => order.indexOf(keyOf(tag)));
  for (const of of rows.of) of.sort((a, b) => place[a] - place[b]);
  for (const figure of figures) {
    if (figure.dataset.total) totals.set(asKey(JSON.parse(figure.dataset.rows)), Number(figure.dataset.total));
    Object.assign(figure, { role: "button", tabIndex: 0, ariaHasPopup: "dialog" });
  }
  if (asked("lang") === "en") document.getElementById("en").checked = true;
  speak();
  document.addEventListener("change", ({ target }) => target.matches("#ko, #en") && speak());
  document.addEventListener("keydown", type);
  document.addEventListener("click", (event) => {
    const figure = event.target.closest("[data-rows]");
    if (!figure) return;
    figure.focus();
    visit(JSON.parse(figure.dataset.rows));
  });
  dialog.addEventListener("input", filter);
  dialog.addEventListener("click", ({ target }) => target.closest("button") && press(target.closest("button")));
  dialog.addEventListener("close", leave);
  list.addEventListener("toggle", ({ target }) => target.open && fill(target), true);
  addEventListener("popstate", follow);
  if (asked("rows") !== null) follow();
  root.dataset.ready = Math.round(performance.now());
}

async function unpack() {
  const packed = Uint8Array.from(atob(document.getElementById("rows").textContent), (byte) => byte.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

unpack().then(start, (error) => {
  const failed = document.getElementById("rows-failed");
  failed.hidden = false;
  failed.querySelector("code").textContent = error;
});
