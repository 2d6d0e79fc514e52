// A guide counts as read once it has been open and in view for its time. Nothing else is watched or kept.
(() => {
  const form = document.querySelector("form[data-read-after]");
  if (!form) return;
  let left = Number(form.dataset.readAfter);
  const clock = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    left -= 1;
    if (left > 0) return;
    clearInterval(clock);
    const body = new URLSearchParams(new FormData(form));
    fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
  }, 1000);
})();
