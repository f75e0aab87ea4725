// The pages work without this file; it spares taps. No eval, no inline handlers (strict CSP).
"use strict";

// A form marked data-once is sent once: the second tap of a wet finger does nothing.
const labels = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter || form.querySelector("button:not([type=button])");
  if (button) {
    button.setAttribute("aria-disabled", "true");
    labels.set(button, [...button.childNodes]);
    button.replaceChildren("正在提交…");
  }
});

// Back from the browser's memory: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) {
      if (labels.has(button)) button.replaceChildren(...labels.get(button));
      button.removeAttribute("aria-disabled");
    }
  }
});

// A text with a limit says how much more it takes, and that what was pasted was cut.
for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const left = document.createElement("p");
  const cut = document.createElement("p");
  left.className = "field-help counter";
  cut.className = "field-error";
  cut.setAttribute("role", "alert");
  area.after(left, cut);
  const count = () => {
    const more = area.maxLength - area.value.length;
    left.textContent = area.value || document.activeElement === area ? `还可写 ${more} 字` : "";
  };
  for (const name of ["input", "focus", "blur"]) area.addEventListener(name, count);
  area.addEventListener("input", (event) => {
    if (event.inputType !== "insertFromPaste") cut.textContent = "";
  });
  area.addEventListener("paste", (event) => {
    const text = (event.clipboardData?.getData("text") || "").replace(/\r\n?/g, "\n");
    const kept = area.value.length - (area.selectionEnd - area.selectionStart);
    const lost = kept + text.length - area.maxLength;
    cut.textContent = lost > 0 ? `粘贴的文字超出限制，末尾 ${lost} 字没有贴上，请核对。` : "";
  });
  count();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// On a phone the filter stays folded until it is used.
for (const box of document.querySelectorAll(".filter-box:not([data-used])")) {
  if (window.matchMedia("(max-width: 47.99rem)").matches) box.open = false;
}

// Swapped-in answers that failed must say so.
document.addEventListener("htmx:responseError", (event) => {
  const target = event.detail.target;
  if (target) target.textContent = "没有取到内容，请刷新页面后再试。";
});
document.addEventListener("htmx:sendError", (event) => {
  const target = event.detail.target;
  if (target) target.textContent = "网络不通，请稍后再试。";
});

// A link to the very move that is asked opens it.
const openAsked = () => {
  const asked = location.hash.startsWith("#move-") && document.getElementById(location.hash.slice(1));
  if (asked instanceof HTMLDetailsElement) {
    asked.open = true;
    asked.scrollIntoView();
  }
};
window.addEventListener("hashchange", openAsked);
openAsked();
