// Keeps a conversation up to date: asks once a second, and shows what the server has written as text already.
"use strict";
(() => {
  const log = document.querySelector("[data-conversation]");
  if (!log) return;
  let shown = null;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  toEnd();
  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(log.dataset.conversation, { headers: { accept: "application/json" } });
        if (answer.redirected) return window.deskExpired();
        if (answer.status === 404) return location.reload();
        if (answer.ok) {
          const { state, html } = await answer.json();
          if (state !== log.dataset.state) return location.reload();
          if (shown !== html) {
            const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
            log.innerHTML = html;
            if (atEnd || shown === null) toEnd();
            shown = html;
          }
        }
      } catch { /* the desk is away; the next look tells */ }
    }
    setTimeout(look, 1000);
  }
  look();
  const form = document.querySelector("[data-say]");
  if (!form) return;
  const text = form.querySelector("textarea");
  text.focus();
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
})();
