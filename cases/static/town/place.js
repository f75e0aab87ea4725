// The phone's own place (WGS-84) and the grid it lies in; asked for without a tap where that was
// allowed before. Refused, absent, too far: choose a village. Nothing is kept but the point sent.
"use strict";

(() => {
  const box = document.querySelector("[data-place]");
  if (!box) return;
  const said = box.querySelector("[role=status]");
  const button = box.querySelector("[data-locate-now]");
  const wrong = box.querySelector("[data-elsewhere]");
  const village = document.querySelector("[data-village]");
  const select = village && village.querySelector("select");
  const field = (name) => document.getElementById(`id_${name}`);
  const put = (name, value) => { field(name).value = value; };
  const SORRY = {
    1: "没有定位权限，请在下面选村（社区），地址写清位置。",
    2: "这里定不到位，请在下面选村（社区），地址写清位置。",
    3: "定位超时。可再试一次，或在下面选村（社区）。",
  };

  const tell = (name) => document.dispatchEvent(new CustomEvent("place", { detail: { name } }));

  function chooseVillage(words) {
    put("lng", "");
    put("lat", "");
    if (words) said.textContent = words;
    box.classList.remove("is-found");
    if (village) village.hidden = false;
    wrong.hidden = true;
  }

  async function where(lng, lat) {
    const answer = await fetch(`/api/v1/grids/locate/?lng=${lng}&lat=${lat}&datum=wgs84`, {
      headers: { Accept: "application/json" },
    });
    const found = await answer.json();
    if (answer.status === 400) return { sorry: found.detail };
    return answer.ok ? found : {};
  }

  function inWords(found) {
    if (!found.village) return "";
    if (found.outside) return `${found.village.name}附近（在本辖区村界之外 ${found.metres} 米）`;
    return found.grid ? `${found.village.name} ${found.grid.name}` : found.village.name;
  }

  async function show(lng, lat, accuracy) {
    const about = accuracy ? `（误差约 ${Math.round(accuracy)} 米${accuracy > 200 ? "，请核对" : ""}）` : "";
    said.textContent = `已定位${about}`;
    box.classList.add("is-found");
    button.querySelector("span").textContent = "重新定位";
    wrong.hidden = false;
    if (village && !select.value) village.hidden = true;
    try {
      const found = await where(lng, lat);
      if (found.sorry) return chooseVillage(`${found.sorry}`);
      const name = inWords(found);
      if (name) said.textContent = `已定位：${name}${about}`;
      tell(found.village ? found.village.name : "");
    } catch {
      // Without a network the point is kept; the grid is found when the form arrives.
      tell("");
    }
    return undefined;
  }

  function locate() {
    said.textContent = "正在定位…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const [lng, lat] = [coords.longitude.toFixed(6), coords.latitude.toFixed(6)];
        put("lng", lng);
        put("lat", lat);
        put("datum", "wgs84");
        if (select) select.value = "";
        show(lng, lat, coords.accuracy);
      },
      (error) => { chooseVillage(SORRY[error.code] || SORRY[2]); },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  }

  async function begin() {
    if (select) {
      select.addEventListener("change", () => {
        const chosen = select.value ? select.selectedOptions[0].textContent : "";
        tell(chosen);
      });
    }
    wrong.addEventListener("click", () => {
      chooseVillage("请选村（社区），地址写清位置。");
      tell("");
      if (select) select.focus();
    });
    if (field("lng").value && field("lat").value) show(field("lng").value, field("lat").value, 0);
    if (!window.isSecureContext || !navigator.geolocation) {
      if (!field("lng").value) said.textContent = "当前网络方式不能定位，请在下面选村（社区），地址写清位置。";
      return;
    }
    button.hidden = false;
    button.addEventListener("click", locate);
    if (field("lng").value || (select && select.value) || !navigator.permissions) return;
    try {
      const allowed = await navigator.permissions.query({ name: "geolocation" });
      if (allowed.state === "granted") locate();
    } catch {
      // An older browser cannot say; the button stands.
    }
  }

  begin();
})();
