// A list by keyboard, and rows chosen together. The list works without this file (strict CSP).
"use strict";

const rows = [...document.querySelectorAll("main table.rows tbody tr")];
const boxes = [...document.querySelectorAll("main table.rows input[name=case]")];
const told = document.querySelector("[data-picked]");
const keys = document.getElementById("keys");
const MOST = 100;

// How many are chosen, said beside the button.
function tell() {
  if (!told) return;
  const many = boxes.filter((box) => box.checked).length;
  told.textContent = many ? `已选 ${many} 件。` : `勾选左侧方框，可一起办理（最多 ${MOST} 件）。`;
  const button = told.parentElement.querySelector("button");
  button.disabled = many === 0 || many > MOST;
  const all = document.querySelector("[data-all]");
  if (all) {
    all.checked = many > 0 && many === boxes.length;
    all.indeterminate = many > 0 && many < boxes.length;
  }
}

for (const all of document.querySelectorAll("[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
}
for (const box of boxes) box.addEventListener("change", tell);
window.addEventListener("pageshow", tell);
tell();

// The row the keyboard stands on is the one whose link or box has the focus.
function here() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const at = here();
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  const link = rows[next]?.querySelector("a[data-open]");
  if (!link) return;
  link.focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function pick() {
  const box = rows[here()]?.querySelector("input[name=case]");
  if (!box) return;
  box.checked = !box.checked;
  tell();
}

function search() {
  const field = document.getElementById("f-q");
  const folded = field?.closest("details");
  if (folded) folded.open = true;
  field?.focus();
  field?.select();
}

function explain() {
  if (keys?.showModal && !keys.open) keys.showModal();
}

const does = { j: () => go(1), k: () => go(-1), x: pick, "/": search, "?": explain };

// Never while somebody types or chooses, and never instead of a key of the browser's own.
function typing(target) {
  if (target.isContentEditable || keys?.open) return true;
  if (target.matches("textarea, select")) return true;
  return target.matches("input") && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = does[event.key];
  if (!act || typing(event.target)) return;
  event.preventDefault();
  act();
});

for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", explain);
}
