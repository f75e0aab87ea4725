// Charts: each draws the table beside it, which stays for the keyboard, the reader and the printer.
// Without this file, or without ECharts, the table stands open and nothing is missing.
"use strict";

(() => {
  if (!window.echarts) return;
  const style = getComputedStyle(document.documentElement);
  const tone = (name) => style.getPropertyValue(name).trim();
  const colours = [tone("--town"), "#b87400", tone("--seal")];
  const symbols = ["circle", "rect", "triangle"];

  const draw = (figure) => {
    const plot = figure.querySelector("[data-plot]");
    const table = figure.querySelector("table");
    if (!plot || !table) return;
    const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows];
    const labels = rows.map((row) => row.cells[0].textContent);
    const kind = figure.dataset.chart;
    const unit = figure.dataset.unit || "";
    const series = names.map((name, place) => ({
      name,
      type: kind,
      symbol: symbols[place % symbols.length],
      symbolSize: 8,
      barMaxWidth: 16,
      itemStyle: { color: colours[place % colours.length] },
      data: rows.map((row) => {
        const value = row.cells[place + 1].dataset.value;
        return value === "" ? null : Number(value);
      }),
    }));
    plot.hidden = false;
    const chart = echarts.init(plot, null, { renderer: "canvas" });
    chart.setOption({
      animation: false,
      aria: { enabled: true },
      color: colours,
      legend: { top: 0 },
      grid: { left: 8, right: 12, top: 36, bottom: 8, containLabel: true },
      // The policy of the page forbids styles in markup: what is told is drawn.
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v) => (v == null ? "—" : `${v}${unit}`) },
      xAxis: { type: "category", data: labels, axisLabel: { hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, max: unit === "%" ? 100 : null },
      series,
    });
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent}，数据见“看数据”`);
    figure.querySelector(".chart-data").open = false;
    window.addEventListener("resize", () => chart.resize());
  };
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
