// The menu on phones, messages that can be put away, and the bar of a sign-in that is over. Pages work without it.
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
// Whoever looks for news and is sent to sign in says so here, once; what is being typed stays on the page.
window.deskExpired = () => {
  if (document.querySelector("[data-expired]")) return;
  const bar = document.createElement("div");
  bar.className = "desk-expired";
  bar.dataset.expired = "";
  bar.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "重新登录";
  bar.append("登录已过期，请", link, "。这一页不再更新，也收不到新消息；没有保存的文字请先复制。");
  document.querySelector(".skip").after(bar);
};
