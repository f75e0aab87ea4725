// The map of a case: its grid and its point. The page says the place in words as well; without this
// file, or without a background (XIASHU_TILES), nothing is missing. Places are WGS-84.
"use strict";

(() => {
  const box = document.querySelector("[data-map]");
  if (!box || !window.L) return;
  const point = [Number(box.dataset.lat), Number(box.dataset.lng)];
  if (!point.every(Number.isFinite)) return;
  box.hidden = false;

  const map = L.map(box, {
    scrollWheelZoom: false, // a page that is scrolled must not zoom its map
    attributionControl: Boolean(box.dataset.tiles),
    zoomControl: false,
    zoomSnap: 0.25,
    maxZoom: 18,
  }).setView(point, 15);
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (box.dataset.tiles) {
    map.attributionControl.setPrefix(false);
    L.tileLayer(box.dataset.tiles, { maxZoom: 18 }).addTo(map);
  }

  const drawn = document.getElementById("grid-shape");
  const style = getComputedStyle(document.documentElement);
  const town = style.getPropertyValue("--town").trim();
  const seal = style.getPropertyValue("--seal").trim();
  let bounds = L.latLng(point).toBounds(600);
  if (drawn) {
    const shape = L.geoJSON(JSON.parse(drawn.textContent), {
      style: { color: town, weight: 2, fillColor: town, fillOpacity: 0.08, interactive: false },
    }).addTo(map);
    if (shape.getBounds().isValid()) bounds = shape.getBounds().extend(point);
  }
  L.circleMarker(point, {
    radius: 8, color: "#fff", weight: 2, fillColor: seal, fillOpacity: 1, interactive: false,
  }).addTo(map);
  map.fitBounds(bounds, { padding: [16, 16] });
})();
