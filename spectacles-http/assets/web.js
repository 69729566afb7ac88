// Makes pages more convenient. Everything works without it.
"use strict";
(() => {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // A key leads to the search.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    each("[data-key]", (element) => {
      if (element.dataset.key === event.key) { event.preventDefault(); element.focus(); element.select?.(); }
    });
  });

  // What was typed to confirm something must be right before the button can be used.
  each("[data-typed]", (input) => {
    const button = input.form.querySelector("button[type=submit]");
    const look = () => { button.disabled = input.value.trim() !== input.dataset.typed; };
    input.addEventListener("input", look);
    look();
  });

  // Two clicks are one.
  each("form[method=post]", (form) => form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    changed.delete(form);
  }));
  addEventListener("pageshow", () => each("form[data-sent]", (form) => { delete form.dataset.sent; }));

  // Nobody leaves what he has typed by mistake.
  const changed = new Set();
  each("form[data-guard]", (form) => form.addEventListener("input", () => changed.add(form)));
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });

  // Commands to be copied.
  // Only over TLS, and on this machine itself, do browsers let pages do that.
  if (navigator.clipboard) each("[data-copy]", (button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      const before = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = before; }, 2000);
    });
  });

  // Something is waited for: asked for less and less often, not while nobody looks, and not for ever.
  each("[data-wait]", (place) => {
    const end = Date.now() + 1800000;
    let pause = 2000;
    const look = async () => {
      if (document.hidden) { document.addEventListener("visibilitychange", look, { once: true }); return; }
      let page = "";
      try {
        const answer = await fetch(place.dataset.wait);
        if (answer.redirected) return;
        if (answer.ok) page = await answer.text();
      } catch { /* The server may be back the next time. */ }
      const arrived = new DOMParser().parseFromString(page, "text/html").querySelector("[data-arrived]");
      if (arrived) { place.replaceChildren(...arrived.childNodes); return; }
      pause = Math.min(pause * 1.3, 30000);
      if (Date.now() < end) setTimeout(look, pause);
    };
    setTimeout(look, pause);
  });
  // A code comes behind the #, which no server sees. It goes into its field, and out of the address and of what the browser remembers.
  const take = () => each("[data-fragment]", (input) => {
    if (location.hash.length < 2) return;
    input.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
    document.getElementById("new")?.focus();
  });
  addEventListener("hashchange", take);
  take();

  // Moments get older while somebody reads.
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const tell = () => each("time[datetime]", (time) => {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[5];
    if (Math.abs(seconds) >= 60) time.textContent = words.format(Math.round(seconds / size), unit);
  });
  setInterval(tell, 30000);

  // Sheets close with a click elsewhere and with Escape.
  document.addEventListener("click", (event) => each("details.menu[open]", (menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("details.menu[open]", (menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  if (matchMedia("(max-width: 60rem)").matches) each("nav.side details", (menu) => { menu.open = false; });
})();
