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

  // Two clicks are one. Who has stopped it may try again: what was done already is not done twice.
  const changed = new Set();
  const again = () => each("form[data-sent]", (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    changed.delete(form);
    setTimeout(again, 20000);
  });
  addEventListener("pageshow", again);

  // Nobody leaves what he has typed by mistake.
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
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

  // The square of a picture that is kept: drawn, moved and sized, and written into the fields that say it without scripts.
  each("[data-crop]", (input) => {
    const canvas = document.getElementById(input.dataset.crop);
    const fields = ["x", "y", "size"].map((name) => document.getElementById(`${canvas.id}-${name}`));
    let picture = null;
    let square = { x: 0, y: 0, size: 1 };
    const draw = () => {
      const scale = Math.min(1, 480 / picture.width, 480 / picture.height);
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const pen = canvas.getContext("2d");
      const [x, y, size] = [square.x, square.y, square.size].map((length) => length * scale);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      pen.fillStyle = "rgb(0 0 0 / .55)";
      pen.beginPath();
      pen.rect(0, 0, canvas.width, canvas.height);
      pen.rect(x, y, size, size);
      pen.fill("evenodd");
      pen.strokeStyle = "white";
      pen.strokeRect(x + .5, y + .5, Math.max(0, size - 1), Math.max(0, size - 1));
    };
    const put = (wanted) => {
      const within = (value, most, least = 0) => Math.max(least, Math.min(Math.round(value) || least, most));
      const size = within(wanted.size, Math.min(picture.width, picture.height), 1);
      square = { x: within(wanted.x, picture.width - size), y: within(wanted.y, picture.height - size), size };
      fields.forEach((field, place) => { field.value = [square.x, square.y, square.size][place]; });
      draw();
    };
    const grow = (by) => put({ x: square.x - by / 2, y: square.y - by / 2, size: square.size + by });
    input.addEventListener("change", async () => {
      picture = null;
      canvas.hidden = true;
      fields.forEach((field) => { field.value = ""; });
      const file = input.files[0];
      if (!file) return;
      // What cannot be read is for the server to refuse.
      try { picture = await createImageBitmap(file); } catch { return; }
      canvas.hidden = false;
      const size = Math.min(picture.width, picture.height);
      put({ x: (picture.width - size) / 2, y: (picture.height - size) / 2, size });
    });
    fields.forEach((field) => field.addEventListener("change", () => {
      if (picture) put({ x: Number(fields[0].value), y: Number(fields[1].value), size: Number(fields[2].value) });
    }));
    canvas.addEventListener("keydown", (event) => {
      const step = Math.max(1, Math.round(square.size / 20));
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
      if (moves[event.key]) put({ x: square.x + moves[event.key][0], y: square.y + moves[event.key][1], size: square.size });
      else if (event.key === "+") grow(2 * step);
      else if (event.key === "-") grow(-2 * step);
      else return;
      event.preventDefault();
    });
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      held = { left: event.clientX, top: event.clientY, ...square };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held || !picture) return;
      const scale = picture.width / canvas.getBoundingClientRect().width;
      put({ x: held.x + (event.clientX - held.left) * scale, y: held.y + (event.clientY - held.top) * scale, size: held.size });
    });
    ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { held = null; }));
    canvas.addEventListener("wheel", (event) => {
      if (!picture) return;
      event.preventDefault();
      grow(-2 * Math.sign(event.deltaY) * Math.max(1, Math.round(square.size / 20)));
    }, { passive: false });
  });

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

  // What takes long tells how far it is, while the rest of the page can be used. Nobody loses what he is typing or reading.
  const follow = async (place, wait) => {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById(place.id);
      if (!answer.ok || !now) return;
      const isRead = place.contains(document.activeElement);
      if (!isRead) place.replaceWith(now);
      if (isRead || now.matches("[data-live]")) follow(isRead ? place : now, Math.min(wait * 1.5, 15000));
    } catch { follow(place, Math.min(wait * 2, 60000)); }
  };
  each("[data-live]", (place) => follow(place, 1000));
})();
