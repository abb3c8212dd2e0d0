/* <k-time datetime="ISO" format="list|clock|soon|day|relative|left|waited">server text</k-time>
   The server's text stays where scripts do not run. Times are shown in the organization's zone. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LATE = 15 * MINUTE;

class Time extends HTMLElement {
  static observedAttributes = ["datetime", "format"];

  connectedCallback() {
    living.add(this);
    this.show();
  }

  disconnectedCallback() {
    living.delete(this);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const at = new Date(this.getAttribute("datetime"));
    if (Number.isNaN(at.getTime())) return;
    const text = formats[this.getAttribute("format") ?? "relative"](at, new Date());
    if (this.textContent !== text) this.textContent = text;
    if (this.getAttribute("format") === "waited") this.toggleAttribute("late", new Date() - at > LATE);
    this.title = formatter({ dateStyle: "full", timeStyle: "short" }).format(at);
  }
}

const living = new Set();
setInterval(() => living.forEach((element) => element.show()), MINUTE / 2);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) living.forEach((element) => element.show());
});

const formats = {
  clock: (at) => formatter({ hour: "2-digit", minute: "2-digit" }).format(at),
  list(at, now) {
    const days = daysBetween(at, now);
    if (days === 0) return formats.clock(at);
    if (days === 1) return relative().format(-1, "day");
    if (days > 1 && days < 7) return formatter({ weekday: "short" }).format(at);
    return formatter({ day: "numeric", month: "short", ...yearIfOther(at, now) }).format(at);
  },
  soon(at, now) {
    const days = daysBetween(now, at);
    if (days === 0) return formats.clock(at);
    const day = days > 0 && days < 7 ? { weekday: "short" } : { day: "numeric", month: "short" };
    return `${formatter(day).format(at)} ${formats.clock(at)}`;
  },
  day(at, now) {
    const days = daysBetween(at, now);
    if (days === 0 || days === 1) return capital(relative().format(-days, "day"));
    return formatter({ weekday: "long", day: "numeric", month: "long", ...yearIfOther(at, now) }).format(at);
  },
  relative(at, now) {
    const distance = at - now;
    const size = Math.abs(distance);
    if (size < HOUR) return relative("short").format(Math.round(distance / MINUTE), "minute");
    if (size < DAY) return relative("short").format(Math.round(distance / HOUR), "hour");
    return relative("short").format(Math.round(distance / DAY), "day");
  },
  left(at, now) {
    const minutes = Math.max(0, Math.floor((at - now) / MINUTE));
    const hours = Math.floor(minutes / 60);
    const parts = hours ? [unit(hours, "hour"), unit(minutes % 60, "minute")] : [unit(minutes, "minute")];
    return parts.join(" ");
  },
  waited: (at, now) => formats.left(new Date(2 * now - at), now),
};

const root = document.documentElement;
const made = new Map();

function cached(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

function formatter(options) {
  const timeZone = root.dataset.timezone || undefined;
  const all = { timeZone, hourCycle: "h23", ...options };
  return cached(JSON.stringify(all), () => new Intl.DateTimeFormat(root.lang, all));
}

function relative(style = "long") {
  return cached(style, () => new Intl.RelativeTimeFormat(root.lang, { numeric: "auto", style }));
}

function unit(value, name) {
  const options = { style: "unit", unit: name, unitDisplay: "narrow" };
  return cached(name, () => new Intl.NumberFormat(root.lang, options)).format(value);
}

function daysBetween(at, now) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: root.dataset.timezone || undefined });
  return Math.round((Date.parse(day.format(now)) - Date.parse(day.format(at))) / DAY);
}

function yearIfOther(at, now) {
  return at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
}

function capital(text) {
  return text.charAt(0).toLocaleUpperCase(root.lang) + text.slice(1);
}

customElements.define("k-time", Time);
