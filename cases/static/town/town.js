// The pages work without this file; it spares taps. No eval, no inline handlers (strict CSP).
"use strict";

// A form marked data-once is sent once: the second tap of a wet finger does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = form.querySelector("button:not([type=button])");
  if (button) {
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.textContent;
    button.textContent = "正在提交…";
  }
});

// Back from the browser's memory: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    const button = form.querySelector("button[data-label]");
    if (button) {
      button.textContent = button.dataset.label;
      button.removeAttribute("aria-disabled");
    }
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// The phone's own place (WGS-84), and the grid it lies in. Refused or absent: choose a village.
const SORRY = {
  1: "没有定位权限。请填地址写清在哪个村（社区）。",
  2: "这里定不到位。请填地址写清在哪个村（社区）。",
  3: "定位超时。请再试一次，或填地址写清在哪个村（社区）。",
};

async function nameOf(lng, lat) {
  const answer = await fetch(`/api/v1/grids/locate/?lng=${lng}&lat=${lat}&datum=wgs84`, {
    headers: { Accept: "application/json" },
  });
  const found = await answer.json();
  if (!answer.ok) return found.detail || "";
  if (!found.village) return "";
  const grid = found.grid ? ` ${found.grid.name}` : "";
  return found.outside ? `在本辖区村界之外，最近的是${found.village.name}。` : `${found.village.name}${grid}`;
}

function locate(box) {
  const said = box.querySelector("[role=status]");
  const put = (name, value) => {
    const field = document.getElementById(box.dataset[name]);
    if (field) field.value = value;
  };
  said.textContent = "正在定位…";
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      const [lng, lat] = [coords.longitude.toFixed(6), coords.latitude.toFixed(6)];
      put("lng", lng);
      put("lat", lat);
      put("datum", "wgs84");
      said.textContent = `已定位（误差约 ${Math.round(coords.accuracy)} 米）`;
      try {
        const name = await nameOf(lng, lat);
        if (name) said.textContent = `已定位：${name}（误差约 ${Math.round(coords.accuracy)} 米）`;
      } catch {
        // Without a network the point is kept; the grid is found when the form arrives.
      }
    },
    (error) => { said.textContent = SORRY[error.code] || SORRY[2]; },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

for (const box of document.querySelectorAll("[data-locate]")) {
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  if (!window.isSecureContext || !navigator.geolocation) {
    said.textContent = "当前网络方式不能定位，请填地址写清在哪个村（社区）。";
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", () => locate(box));
}

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
