// Keys for the list: j/k move, Enter opens, x marks, / searches, ? tells.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("desk-at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("desk-at");
    rows[at].querySelector("[data-open]").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const keys = {
      j: () => go(at + 1),
      k: () => go(at - 1),
      x: () => { const box = rows[at]?.querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; },
      "/": () => document.querySelector("[data-search]").focus(),
      "?": () => document.querySelector("[data-help]").showModal(),
    };
    if (keys[event.key]) { keys[event.key](); event.preventDefault(); }
  });
})();
