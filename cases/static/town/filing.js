// The filing form without this file: every class is a tap, every field is there. With it: classes
// are found by typing, what was filed nearby shows by itself, and the title says what it will be.
"use strict";

(() => {
  const form = document.querySelector("[data-filing]");
  if (!form) return;
  const near = document.getElementById("nearby");
  const handler = form.querySelector("[data-handler]");
  const called = form.querySelector("[name=called]");
  const titleHelp = form.querySelector("[data-title-help]");
  let place = "";
  let asking = new AbortController();

  const chosen = () => form.querySelector("[name=category]:checked, [name=category][type=hidden]");

  // Asked anew, left for another page, or without a network: it is filed all the same.
  async function look() {
    const now = chosen();
    if (!near || !now) return;
    asking.abort();
    asking = new AbortController();
    const query = new URLSearchParams({ category: now.value });
    for (const name of ["lng", "lat", "datum", "village"]) {
      query.set(name, document.getElementById(`id_${name}`).value);
    }
    const told = { headers: { "HX-Request": "true" }, signal: asking.signal };
    try {
      const answer = await fetch(`/reports/nearby/?${query}`, told);
      if (answer.ok) near.innerHTML = await answer.text();
    } catch {
      near.textContent = "";
    }
  }

  function suggest() {
    const now = chosen();
    if (!titleHelp || !now) return;
    titleHelp.textContent = `不填就用“${place}${now.dataset.name}”作标题。`;
  }

  // The numbers that fit the class come first and stand out: 燃气 for gas, 119 for fire.
  function pointOut(who) {
    const calls = [...form.querySelectorAll("[data-call]")];
    for (const call of calls) call.classList.toggle("is-first", who.includes(call.dataset.call));
    for (const call of calls.filter((one) => one.matches(".is-first")).reverse()) {
      call.closest("ul").prepend(call.closest("li"));
    }
  }

  function picked(input) {
    const who = input.dataset.phone;
    if (called) called.checked = false;
    if (who !== undefined && handler) {
      handler.textContent = who ? `通常由 ${who} 处置。` : "";
      pointOut(who);
      const head = document.getElementById("call-now-head");
      head.scrollIntoView({ block: "start" });
      head.focus({ preventScroll: true });
    }
    suggest();
    look();
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "category") picked(event.target);
    if (event.target.name === "called" && event.target.checked) {
      form.querySelector(".rest").scrollIntoView({ block: "start" });
    }
  });

  document.addEventListener("place", (event) => {
    place = event.detail.name;
    suggest();
    look();
  });

  const find = form.querySelector("[data-find]");
  if (find) {
    const none = form.querySelector("[data-none]");
    find.hidden = false;
    find.addEventListener("input", () => {
      const word = find.value.trim();
      let any = false;
      for (const group of form.querySelectorAll(".class-group")) {
        let here = false;
        for (const row of group.querySelectorAll("li")) {
          const fits = !word || row.textContent.includes(word);
          row.hidden = !fits;
          here ||= fits;
        }
        group.hidden = !here;
        any ||= here;
      }
      none.hidden = any;
    });
    // The search is no field of the report: Enter looks, it does not send.
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }

  const before = chosen();
  if (before) {
    suggest();
    if (before.dataset.phone !== undefined) pointOut(before.dataset.phone);
  }
})();
