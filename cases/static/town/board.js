/* Days typed in are meant as the period; a period chosen by name empties them. */
"use strict";
(() => {
  const period = document.getElementById("p-period");
  if (!period) return;
  const days = period.form.querySelectorAll("input[type=date]");
  for (const day of days) {
    day.addEventListener("input", () => {
      if (day.value) period.value = "days";
    });
  }
  period.addEventListener("change", () => {
    if (period.value !== "days") for (const day of days) day.value = "";
  });
})();
