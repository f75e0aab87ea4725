// The bell asks once a minute how many notices are unread, while somebody can see it.
"use strict";

(() => {
  const bell = document.getElementById("bell");
  if (!bell) return;
  const ask = () => {
    if (document.visibilityState === "visible" && window.htmx) window.htmx.trigger(bell, "refresh");
  };
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", ask);
  // What fails here is asked again in a minute; the number stays as it was.
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    bell.addEventListener(name, (event) => event.stopPropagation());
  }
})();
