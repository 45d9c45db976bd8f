// The menu on phones, and messages that can be put away. Pages work without it, but for these.
"use strict";
document.addEventListener("click", (event) => {
  const toggler = event.target.closest("[data-toggle]");
  if (toggler) {
    const shown = document.getElementById(toggler.dataset.toggle).classList.toggle("show");
    toggler.setAttribute("aria-expanded", String(shown));
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-told]").remove();
});
