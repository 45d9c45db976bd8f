// Rings when somebody asks for a person, or writes to whoever holds his conversation: a number in the title of whatever
// page is open, one in the menu, and a sound for each that is new. Says so when the sign-in is over.
"use strict";
(() => {
  const title = document.title;
  const sound = new Audio(document.currentScript.dataset.sound);
  const list = document.querySelector("[data-inquiries]");
  const open = document.querySelector("[data-conversation]");
  let known = JSON.parse(sessionStorage.getItem("inquiries") || "{}");
  const test = document.querySelector("[data-ring-test]");
  if (test) test.addEventListener("click", () => sound.play());
  // What rings once: each that waits, and each conversation of one's own by how much is unanswered in it.
  const rings = ({ waiting, unanswered }) => {
    const made = Object.fromEntries(waiting.map((id) => [id, 0]));
    return Object.assign(made, unanswered);
  };
  const read = (id) => !document.hidden && open && open.dataset.conversation === `/inquiries/${id}/lines`;
  function show({ waiting, unanswered }) {
    const mine = Object.keys(unanswered).length;
    const told = [waiting.length && `（${waiting.length}）有人等待`, mine && `（${mine}）有新消息`].filter(Boolean);
    document.title = [...told, title].join(" · ");
    const badge = document.querySelector("[data-waiting]");
    if (!badge) return;
    badge.textContent = waiting.length + mine || "";
    badge.hidden = !(waiting.length + mine);
  }
  async function look() {
    try {
      const answer = await fetch("/inquiries/waiting", { headers: { accept: "application/json" } });
      if (answer.redirected) return window.deskExpired();
      if (answer.ok) {
        const told = await answer.json();
        show(told);
        const now = rings(told);
        if (Object.entries(now).some(([id, many]) => !(many <= known[id]) && !(many && read(id)))) sound.play().catch(() => {});
        known = now;
        sessionStorage.setItem("inquiries", JSON.stringify(now));
        const shown = `${told.waiting.join(" ")}|${Object.entries(told.unanswered).map((one) => one.join(":")).join(" ")}`;
        if (list && list.dataset.inquiries !== shown) return location.reload();
      }
    } catch { /* the desk is away; the next look tells */ }
    setTimeout(look, 3000);
  }
  look();
})();
