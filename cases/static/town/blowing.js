// The whistle's form without this file: everything is there, and the server fills in what is asked.
// With it: departments are found by typing, and a proposal is filled in without a new page.
"use strict";

(() => {
  const form = document.querySelector("[data-blow]");
  const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  function counted(units) {
    const many = units.querySelectorAll("input:checked").length;
    units.querySelector("[data-count]").textContent = many ? `已选 ${many} 个` : "未选";
    const names = [...units.querySelectorAll("label:has(input:checked)")].map((label) => {
      const name = document.createElement("b");
      name.textContent = label.textContent.trim();
      return name;
    });
    units.querySelector("[data-picked]").replaceChildren(...names);
  }

  function seek(units, word) {
    let any = false;
    for (const group of units.querySelectorAll(".units-group")) {
      let here = false;
      for (const row of group.querySelectorAll("li")) {
        const fits = !word || row.textContent.includes(word) || row.querySelector("input").checked;
        row.hidden = !fits;
        here ||= fits;
      }
      group.hidden = !here;
      any ||= here;
    }
    units.querySelector("[data-none-unit]").hidden = any;
  }

  for (const units of document.querySelectorAll("[data-units]")) {
    const find = units.querySelector("[data-find-unit]");
    find.hidden = false;
    find.addEventListener("input", () => seek(units, find.value.trim()));
    find.addEventListener("change", (event) => event.stopPropagation());
    units.addEventListener("change", () => counted(units));
  }

  // Enter in a line looks nothing up and sends nothing: the buttons do.
  document.addEventListener("keydown", (event) => {
    const line = event.target.closest("[data-blow] input:not([type=checkbox], [type=radio])");
    if (event.key === "Enter" && (line || event.target.matches("[data-find-unit]"))) {
      event.preventDefault();
    }
  });

  if (!form) return;

  function tick(name, wanted) {
    const boxes = [...form.querySelectorAll(`input[name=${name}]`)];
    for (const box of boxes) box.checked = wanted.includes(box.value);
    const units = boxes.length && boxes[0].closest("[data-units]");
    if (units) counted(units);
  }

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    const again = event.target.closest("[data-again]");
    if (!fill && !again) return;
    event.preventDefault();
    if (again) {
      const earlier = form.querySelector("[name=earlier]");
      earlier.value = again.value;
      earlier.scrollIntoView({ block: "center" });
      earlier.focus({ preventScroll: true });
      return;
    }
    const lead = form.querySelector("[name=lead]");
    lead.value = fill.dataset.lead;
    tick("assisting", fill.dataset.assisting.split(" ").filter(Boolean));
    changed(lead);
    const head = document.getElementById("who-head");
    if (head) {
      head.scrollIntoView({ block: "start" });
      head.focus({ preventScroll: true });
    }
  });
})();
