// The desk's triage spares typing: a suggested unit stands chosen in the form, a clause is copied or
// put into the objection. Nothing is sent; without this file everything can be done by hand.
"use strict";

(() => {
  const panel = document.querySelector(".triage");
  if (!panel) return;
  const said = panel.querySelector("[data-triage-said]");
  const say = (words) => { if (said) said.textContent = words; };

  // The suggested unit, only where nothing is chosen yet.
  const suggestion = panel.querySelector("[data-suggest]");
  if (suggestion) {
    for (const id of ["assign_unit", "assign_again_unit"]) {
      const select = document.getElementById(id);
      const option = select && select.querySelector(`option[value="${suggestion.dataset.suggest}"]`);
      if (!option || select.value) continue;
      select.value = option.value;
      const words = document.createElement("p");
      words.className = "field-help";
      words.id = `${id}_suggested`;
      words.textContent = suggestion.dataset.suggestWords;
      select.setAttribute("aria-describedby", words.id);
      select.after(words);
    }
  }

  const text = (id) => document.getElementById(id).textContent.trim();

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(text(button.dataset.copy));
      say("已复制。");
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      say("已选中，请用键盘或长按复制。");
    }
  }

  // The objection's form, filled and opened; the desk reads it over and sends it.
  function object(button) {
    const clauses = document.getElementById("object_sheet_clauses");
    if (!clauses) {
      say("本件现在不能提派单异议。");
      return;
    }
    clauses.value = text(button.dataset.object).slice(0, 1000);
    for (const [name, value] of [["ground", button.dataset.ground], ["belongs", button.dataset.belongs]]) {
      const field = document.getElementById(`object_sheet_${name}`);
      if (field && value) field.value = value;
    }
    const fold = clauses.closest("details");
    if (fold) fold.open = true;
    clauses.focus();
    say("已填入“派单异议”，请核对后再提交。");
  }

  for (const button of panel.querySelectorAll("[data-copy], [data-object]")) {
    if ("object" in button.dataset && !document.getElementById("object_sheet_clauses")) continue;
    button.hidden = false;
    button.addEventListener("click", () => ("copy" in button.dataset ? copy(button) : object(button)));
  }
})();
