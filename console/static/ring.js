// Rings when somebody asks for a person: a number in the title of whatever page is open, and a sound for each new one.
"use strict";
(() => {
  const title = document.title;
  const sound = new Audio(document.currentScript.dataset.sound);
  const list = document.querySelector("[data-inquiries]");
  let known = JSON.parse(sessionStorage.getItem("inquiries") || "[]");
  const test = document.querySelector("[data-ring-test]");
  if (test) test.addEventListener("click", () => sound.play());
  async function look() {
    try {
      const answer = await fetch("/inquiries/waiting", { headers: { accept: "application/json" } });
      if (answer.ok && !answer.redirected) {
        const { waiting } = await answer.json();
        document.title = waiting.length ? `（${waiting.length}）有人等待 · ${title}` : title;
        const badge = document.querySelector("[data-waiting]");
        if (badge) {
          badge.textContent = waiting.length || "";
          badge.hidden = !waiting.length;
        }
        if (waiting.some((id) => !known.includes(id))) sound.play().catch(() => {});
        known = waiting;
        sessionStorage.setItem("inquiries", JSON.stringify(waiting));
        if (list && list.dataset.inquiries !== waiting.join(" ")) return location.reload();
      }
    } catch { /* the desk is away; the next look tells */ }
    setTimeout(look, 3000);
  }
  look();
})();
