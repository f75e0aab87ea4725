// The response page works without this file. It puts common words into the reply, and lets an
// emergency's report-in carry the phone's point, only when its button is pressed.
"use strict";

(() => {
  for (const row of document.querySelectorAll("[data-phrases]")) {
    const field = document.getElementById(row.dataset.phrases);
    if (!field) continue;
    field.closest(".field").append(row);
    row.hidden = false;
    row.addEventListener("click", (event) => {
      const button = event.target.closest("[data-phrase]");
      if (!button) return;
      const before = field.value.trimEnd();
      field.value = before ? `${before}\n${button.dataset.phrase}` : button.dataset.phrase;
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    });
  }

  const SORRY = {
    1: "没有定位权限。请填六位现场码，或直接报到，记为“位置未核对”。",
    2: "这里定不到位。请填六位现场码，或直接报到，记为“位置未核对”。",
    3: "定位超时。可再试一次，或填六位现场码。",
  };
  for (const box of document.querySelectorAll(".point")) {
    const button = box.querySelector("[data-locate]");
    const said = box.querySelector("[role=status]");
    if (!window.isSecureContext || !navigator.geolocation) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      said.textContent = "正在定位…";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          box.querySelector("[name=lng]").value = coords.longitude.toFixed(6);
          box.querySelector("[name=lat]").value = coords.latitude.toFixed(6);
          box.classList.add("is-found");
          button.textContent = "重新定位";
          said.textContent = `已定位（误差约 ${Math.round(coords.accuracy)} 米）。只用来算到报到地点的距离，不保存坐标。`;
        },
        (error) => { said.textContent = SORRY[error.code] || SORRY[2]; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
      );
    });
  }

  // A link from the inbox may open the step it names.
  const named = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
})();
