/* The phones on the table: each is one customer in a chat with one agency.

   What there is comes from /twin/state, which answers as soon as something has changed; what a
   person does goes to /twin/messages. Text is only ever set as text, never as markup. */

const STARTERS = [
  "Hello! I am looking for a two-bedroom flat to rent.",
  "What do you have with sea view, and what does it cost?",
  "Could I see one on Saturday at 11?",
];
// What changes another message and is none itself.
const HIDDEN = new Set(["reaction", "edit", "revoke"]);
const NARROW = matchMedia("(max-width: 700px)");
const LIMASSOL = { latitude: 34.6786, longitude: 33.0413, name: "Limassol Marina", address: "Limassol" };

const world = { boot: null, version: 0, numbers: [], customers: [], messages: new Map(), typing: new Map() };
const phones = new Map();
const unread = new Map();
const byId = (id) => document.getElementById(id);

listen();

async function listen() {
  for (;;) {
    try {
      const wait = world.version ? 25 : 0;
      take(await ask(`/twin/state?after=${world.version}&wait=${wait}`));
      byId("offline").hidden = true;
    } catch {
      byId("offline").hidden = false;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

function take(state) {
  if (world.boot !== null && state.boot !== world.boot) {
    location.reload();
    return;
  }
  const first = world.boot === null;
  Object.assign(world, { boot: state.boot, version: state.version, numbers: state.numbers, customers: state.customers });
  for (const message of state.messages) {
    const isNew = !world.messages.has(message.wamid);
    world.messages.set(message.wamid, message);
    if (isNew && !first && message.direction === "out" && !phones.has(message.customer_id)) {
      unread.set(message.customer_id, (unread.get(message.customer_id) ?? 0) + 1);
    }
  }
  takeTyping(state.typing);
  showLink("inbox-link", state.inbox_url);
  showLink("mail-link", state.mail ? "/mail" : "");
  if (first) openFirstPhones();
  showPeople();
  for (const phone of phones.values()) phone.show();
}

function takeTyping(typing) {
  for (const { timer } of world.typing.values()) clearTimeout(timer);
  world.typing.clear();
  for (const [number, customer, seconds] of typing) {
    const key = `${number} ${customer}`;
    const stop = () => {
      world.typing.delete(key);
      phones.get(customer)?.show();
    };
    world.typing.set(key, { timer: setTimeout(stop, seconds * 1000) });
  }
}

function showLink(id, url) {
  byId(id).hidden = !url;
  if (url) byId(id).href = url;
}

// Which phones lie on the table

function openFirstPhones() {
  const room = NARROW.matches ? 1 : Math.max(1, Math.floor((innerWidth - 40) / 390));
  const kept = (sessionStorage.getItem("phones") ?? "").split(" ").filter((id) => customer(id));
  const ids = kept.length ? kept : world.customers.map(({ id }) => id);
  for (const id of ids.slice(0, Math.min(room, kept.length || 3))) openPhone(id);
}

function openPhone(id) {
  if (NARROW.matches) for (const other of [...phones.keys()]) closePhone(other);
  if (!phones.has(id)) {
    const phone = new Phone(id);
    phones.set(id, phone);
    byId("phones").append(phone.element);
    phone.show();
  }
  unread.delete(id);
  keepOpenPhones();
}

function closePhone(id) {
  phones.get(id)?.element.remove();
  phones.delete(id);
  keepOpenPhones();
}

function keepOpenPhones() {
  sessionStorage.setItem("phones", [...phones.keys()].join(" "));
  showPeople();
}

NARROW.addEventListener("change", () => {
  if (NARROW.matches) for (const id of [...phones.keys()].slice(1)) closePhone(id);
});

function showPeople() {
  const chips = byId("people");
  for (const { id, name } of world.customers) {
    let chip = chips.querySelector(`[data-id="${id}"]`);
    if (!chip) {
      chip = make("button", { type: "button", className: "chip" });
      chip.dataset.id = id;
      chip.addEventListener("click", () => toggle(id));
      chips.append(chip);
    }
    const count = unread.get(id);
    chip.setAttribute("aria-pressed", String(phones.has(id)));
    chip.replaceChildren(name, ...(count ? [make("span", { className: "unread", title: "unread" }, String(count))] : []));
  }
}

function toggle(id) {
  if (phones.has(id) && phones.size > 1) {
    closePhone(id);
    return;
  }
  openPhone(id);
  const { element } = phones.get(id);
  element.scrollIntoView({ inline: "nearest" });
  element.querySelector("textarea").focus();
}

const customer = (id) => world.customers.find((each) => each.id === id);

// One phone

class Phone {
  constructor(id) {
    this.id = id;
    this.number = world.numbers[0]?.phone_number_id;
    this.quoted = null;
    this.shown = new Map();
    this.element = byId("phone-template").content.firstElementChild.cloneNode(true);
    this.part = (selector) => this.element.querySelector(selector);
    this.log = this.part(".log");
    this.log.append((this.dots = make("div", { className: "typing-dots", hidden: true }, make("i"), make("i"), make("i"))));
    this.dots.setAttribute("aria-hidden", "true");
    this.following = true;
    this.listenToPerson();
  }

  listenToPerson() {
    const text = this.part("textarea");
    this.part(".close").addEventListener("click", () => closePhone(this.id));
    this.part(".number").addEventListener("change", (event) => this.turnTo(event.target.value));
    this.part(".quoting button").addEventListener("click", () => this.quote(null));
    this.part(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendText(text);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendText(text);
      }
      if (event.key === "Escape") this.quote(null);
    });
    this.log.addEventListener("scroll", () => {
      this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    });
    this.part(".menu").addEventListener("click", (event) => this.attach(event.target.closest("button")?.dataset.action));
    this.part(".attach").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.part(".attach").open = false;
      this.part("summary").focus();
    });
    this.part(".file").addEventListener("change", (event) => this.sendPhoto(event.target));
    this.part(".document").addEventListener("change", (event) => this.sendFile(event.target));
    for (const line of STARTERS) {
      const button = make("button", { type: "button" }, line);
      button.addEventListener("click", () => this.send("text", { text: line }));
      this.part(".starters").append(button);
    }
  }

  turnTo(number) {
    this.number = number;
    this.shown.clear();
    this.following = true;
    this.log.replaceChildren(this.dots);
    this.quote(null);
    this.show();
  }

  show() {
    const person = customer(this.id);
    if (!this.number) this.number = world.numbers[0]?.phone_number_id;
    this.part(".owner h2").textContent = `${person.name}’s phone`;
    this.part(".owner p").textContent = describe(person);
    this.log.setAttribute("aria-label", `Chat of ${person.name}`);
    this.part("textarea").setAttribute("aria-label", `Message as ${person.name}`);
    this.part('[data-action="share_phone"]').hidden = !person.phone;
    this.showNumbers();
    this.showMessages();
  }

  showNumbers() {
    const select = this.part(".number");
    const wanted = world.numbers.map((each) => new Option(each.name, each.phone_number_id, false, each.phone_number_id === this.number));
    if (select.options.length !== wanted.length) select.replaceChildren(...wanted);
    select.disabled = wanted.length < 2;
    const agency = this.agency();
    this.part(".avatar").textContent = initials(agency?.name ?? "?");
    const typing = world.typing.has(`${this.number} ${this.id}`);
    const presence = this.part(".presence");
    presence.textContent = typing ? "typing…" : agency ? `+${agency.display.replace(/^\+/, "")}` : "No number yet";
    presence.classList.toggle("typing", typing);
    this.stick(() => (this.dots.hidden = !typing));
  }

  showMessages() {
    const own = [...world.messages.values()].filter(
      (each) => each.customer_id === this.id && each.phone_number_id === this.number && !HIDDEN.has(each.type) && each.status !== "failed",
    );
    own.sort((a, b) => a.sequence - b.sequence);
    this.part(".starters").hidden = own.length > 0 || !this.number;
    this.stick(() => {
      let day = "";
      for (const message of own) {
        const label = dayOf(message.timestamp);
        if (label !== day && !this.shown.has(`day ${label}`)) this.place(`day ${label}`, make("p", { className: "day" }, label));
        day = label;
        const before = this.shown.get(message.wamid);
        if (!before) this.place(message.wamid, this.bubble(message), message.version);
        else if (before.version !== message.version) this.replace(before, message);
      }
    });
  }

  place(key, element, version = 0) {
    this.shown.set(key, { element, version });
    this.dots.before(element);
  }

  replace(before, message) {
    const focused = [...before.element.querySelectorAll("button")].indexOf(document.activeElement);
    const element = this.bubble(message);
    before.element.replaceWith(element);
    if (focused >= 0) element.querySelectorAll("button")[focused]?.focus();
    this.shown.set(message.wamid, { element, version: message.version });
  }

  /* Change the log and stay at its end, unless the reader has scrolled up. */
  stick(change) {
    change();
    if (this.following) this.log.scrollTop = this.log.scrollHeight;
  }

  bubble(message) {
    const own = message.direction === "in";
    const author = own ? customer(this.id).name : (this.agency()?.name ?? "");
    const content = make("div", { className: "bubble" }, this.quoteOf(message), ...contentOf(message), metaOf(message));
    const line = make("div", { className: "line" }, content, this.tools(message));
    const element = make("article", { className: `message ${message.direction}` }, line);
    element.setAttribute("aria-label", `${author}, ${timeOf(message.timestamp)}`);
    content.addEventListener("click", () => element.classList.toggle("chosen"));
    for (const image of content.querySelectorAll("img")) image.addEventListener("load", () => this.stick(() => {}), { once: true });
    const reactions = Object.values(message.reactions).filter(Boolean);
    if (reactions.length) element.append(make("span", { className: "reactions" }, ...reactions.map(reaction)));
    const options = optionsOf(message, this);
    if (options.length) element.append(make("div", { className: "options" }, ...options));
    return element;
  }

  quoteOf(message) {
    const quoted = message.context_id && world.messages.get(message.context_id);
    if (!quoted) return "";
    const author = quoted.direction === "in" ? "You" : (this.agency()?.name ?? "Agency");
    return make("span", { className: "quote" }, make("b", {}, author), make("span", { dir: "auto" }, quoted.text));
  }

  tools(message) {
    const quote = make("button", { type: "button", className: "icon", title: "Quote" }, icon("reply"));
    quote.setAttribute("aria-label", "Quote this message");
    quote.addEventListener("click", () => this.quote(message));
    const tools = make("div", { className: "tools" }, quote);
    if (message.direction === "in" && !message.body.revoked) tools.append(...this.ownTools(message));
    if (message.direction === "out") {
      const thumb = make("button", { type: "button", className: "icon", title: "React" }, icon("thumb"));
      const taken = message.reactions.in === "👍";
      thumb.setAttribute("aria-label", taken ? "Take the thumbs-up back" : "React with a thumbs-up");
      thumb.addEventListener("click", () => this.send("reaction", { wamid: message.wamid, emoji: taken ? "" : "👍" }, false));
      tools.append(thumb);
    }
    return tools;
  }

  /* What one may do with an own message: other words for a text, and deleting it for everybody. */
  ownTools(message) {
    const tool = (symbol, label, act) => {
      const button = make("button", { type: "button", className: "icon", title: label }, icon(symbol));
      button.setAttribute("aria-label", `${label} this message`);
      button.addEventListener("click", act);
      return button;
    };
    const bin = tool("bin", "Delete", () => this.send("revoke", { wamid: message.wamid }, false));
    if (message.type !== "text") return [bin];
    return [tool("pencil", "Edit", () => this.edit(message)), bin];
  }

  edit(message) {
    const words = prompt("Other words for this message", message.text)?.trim();
    if (words && words !== message.text) this.send("edit", { wamid: message.wamid, text: words }, false);
  }

  quote(message) {
    this.quoted = message?.wamid ?? null;
    this.part(".quoting").hidden = !message;
    this.part(".quoting span").textContent = message?.text ?? "";
    if (message) this.part("textarea").focus();
  }

  async sendText(field) {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    if (!(await this.send("text", { text }))) field.value ||= text;
  }

  attach(action) {
    if (!action) return;
    this.part(".attach").open = false;
    if (action === "photo") this.part(".file").click();
    else if (action === "file") this.part(".document").click();
    else this.send(action, action === "location" ? LIMASSOL : {});
  }

  async sendPhoto(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      await this.send("image", { data: await asJpeg(file), mime_type: "image/jpeg" });
    } catch {
      this.complain("This picture cannot be read.");
    }
  }

  async sendFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const data = (await asDataUrl(file)).split(",")[1];
    if (!data) return this.complain("This file is empty.");
    await this.send("document", { data, filename: file.name, mime_type: file.type || "application/octet-stream" });
  }

  async send(action, body, quotes = true) {
    const reply_to = quotes && this.quoted ? { reply_to: this.quoted } : {};
    try {
      await ask("/twin/messages", { customer: this.id, number: this.number, action, ...reply_to, ...body });
      if (quotes) this.quote(null);
      this.complain("");
      this.following = true;
      this.stick(() => {});
      return true;
    } catch (error) {
      this.complain(`Not sent: ${error.message}`);
      return false;
    }
  }

  complain(text) {
    this.part(".problem").hidden = !text;
    this.part(".problem").textContent = text;
  }

  agency() {
    return world.numbers.find((each) => each.phone_number_id === this.number);
  }
}

// What a message looks like

function contentOf({ type, body, direction, text }) {
  if (body.revoked) return [make("div", { className: "text gone" }, "You deleted this message")];
  const caption = body.caption ? [make("div", { className: "text", dir: "auto" }, ...formatted(body.caption))] : [];
  switch (type) {
    case "sticker":
      return [body.id ? make("img", { className: "sticker", src: `/twin/media/${body.id}`, alt: "Sticker" }) : fileCard(body)];
    case "image":
      return [body.id ? make("img", { src: `/twin/media/${body.id}`, alt: body.caption ?? "Picture" }) : fileCard(body), ...caption];
    case "audio":
      return [make("audio", { src: `/twin/media/${body.id}`, controls: true, preload: "metadata" })];
    case "video":
      return [body.id ? make("video", { src: `/twin/media/${body.id}`, controls: true, preload: "metadata" }) : fileCard(body), ...caption];
    case "document":
      return [fileCard(body), ...caption];
    case "order":
      return [card("bag", "Order", body.product_items.map((each) => `${each.quantity} × ${each.product_retailer_id}`).join(", ")), make("div", { className: "text", dir: "auto" }, body.text ?? "")];
    case "location":
      return [card("pin", body.name ?? "Location", body.address ?? `${body.latitude}, ${body.longitude}`)];
    case "contacts":
      return body.cards.map((each) => card("card", each.name?.formatted_name ?? "Contact", each.phones?.[0]?.phone ?? ""));
    case "unsupported":
      return [card("list", "Poll", "Seen on phones only")];
    case "interactive":
      if (direction === "out") return interactiveContent(body);
      break;
  }
  return [make("div", { className: "text", dir: "auto" }, ...formatted(text))];
}

function interactiveContent({ header, body, footer }) {
  const parts = [];
  if (header?.type === "text") parts.push(make("div", { className: "heading", dir: "auto" }, header.text));
  if (header?.image?.id) parts.push(make("img", { src: `/twin/media/${header.image.id}`, alt: "" }));
  parts.push(make("div", { className: "text", dir: "auto" }, ...formatted(body?.text ?? "")));
  if (footer) parts.push(make("div", { className: "footer", dir: "auto" }, footer.text));
  return parts;
}

function optionsOf({ type, body, direction, wamid }, phone) {
  if (direction !== "out") return [];
  const press = (choice) => phone.send("press", { choice, wamid: wamid }, false);
  if (type === "template") {
    return (body.buttons ?? []).map((each) =>
      each.kind === "URL" ? linkOption(each.text, each.url) : option(each.text, "reply", () => press(each.payload)),
    );
  }
  if (type !== "interactive") return [];
  const { action } = body;
  switch (body.type) {
    case "button":
      return action.buttons.map(({ reply }) => option(reply.title, "reply", () => press(reply.id)));
    case "list":
      return [option(action.button, "list", () => showList(action, press))];
    case "cta_url":
      return [linkOption(action.parameters.display_text, action.parameters.url)];
    case "location_request_message":
      return [option("Send location", "pin", () => phone.send("location", { ...LIMASSOL, reply_to: wamid }, false))];
    case "contact_request":
      return [option("Share my number", "card", () => phone.send("share_phone", { reply_to: wamid }, false))];
  }
  return [];
}

function option(label, symbol, act) {
  const button = make("button", { type: "button", className: "option" }, icon(symbol), label);
  button.addEventListener("click", act);
  return button;
}

function linkOption(label, url) {
  if (!/^https?:\/\//.test(url)) return option(label, "link", () => {});
  return make("a", { className: "option", href: url, target: "_blank", rel: "noopener" }, icon("link"), label);
}

function showList(action, press) {
  const dialog = byId("list-dialog");
  byId("list-title").textContent = action.button;
  const rows = [];
  for (const section of action.sections) {
    if (section.title) rows.push(make("h3", {}, section.title));
    for (const row of section.rows) {
      const button = make("button", { type: "button" }, make("b", {}, row.title), make("small", {}, row.description ?? ""));
      button.addEventListener("click", () => {
        dialog.close();
        press(row.id);
      });
      rows.push(button);
    }
  }
  dialog.querySelector(".rows").replaceChildren(...rows);
  dialog.showModal();
}

function reaction(emoji) {
  if (emoji !== "👍") return make("span", {}, emoji);
  const thumb = icon("thumb");
  thumb.setAttribute("role", "img");
  thumb.setAttribute("aria-label", "Thumbs-up");
  thumb.removeAttribute("aria-hidden");
  return thumb;
}

function metaOf({ direction, timestamp, status, body }) {
  const edited = body.edited && !body.revoked ? [make("span", {}, "edited")] : [];
  const meta = make("div", { className: "meta" }, ...edited, make("time", {}, timeOf(timestamp)));
  if (direction === "in") {
    const ticks = icon(status === "accepted" ? "one" : "two");
    ticks.classList.add("ticks", status);
    ticks.setAttribute("role", "img");
    ticks.setAttribute("aria-label", { accepted: "Sent", delivered: "Delivered", read: "Read" }[status] ?? status);
    ticks.removeAttribute("aria-hidden");
    meta.append(ticks);
  }
  return meta;
}

function fileCard(body) {
  const name = body.filename ?? (body.link ? body.link.split("/").pop() : "File");
  const url = body.id ? `/twin/media/${body.id}` : body.link;
  return make("a", { href: url, target: "_blank", rel: "noopener" }, card("file", name, ""));
}

function card(symbol, title, detail) {
  return make("div", { className: "card" }, icon(symbol), make("div", {}, make("b", { dir: "auto" }, title), make("small", { dir: "auto" }, detail)));
}

/* WhatsApp's *bold*, _italic_, ~struck~ and `code`, and web addresses, as nodes. */
function formatted(text) {
  const marks = /(https?:\/\/[^\s<>]+[^\s<>.,;:!?)"'])|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])|`([^`\n]+)`/g;
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(marks)) {
    nodes.push(text.slice(end, found.index));
    const [, url, bold, italic, struck, code] = found;
    if (url) nodes.push(make("a", { href: url, target: "_blank", rel: "noopener" }, url));
    else if (bold) nodes.push(make("strong", {}, ...formatted(bold)));
    else if (italic) nodes.push(make("em", {}, ...formatted(italic)));
    else if (struck) nodes.push(make("s", {}, ...formatted(struck)));
    else nodes.push(make("code", {}, code));
    end = found.index + found[0].length;
  }
  return [...nodes, text.slice(end)];
}

// A new customer

byId("new-person").addEventListener("click", () => {
  const dialog = byId("person-dialog");
  dialog.querySelector("form").reset();
  dialog.querySelector(".problem").hidden = true;
  dialog.showModal();
});

byId("person-dialog").addEventListener("click", (event) => {
  if (event.target.value === "cancel") byId("person-dialog").close();
});

byId("person-dialog").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(event.target);
  const body = { name: fields.get("name").trim(), shares_phone: !fields.get("hides") };
  for (const key of ["phone", "username"]) if (fields.get(key).trim()) body[key] = fields.get(key).trim();
  try {
    const made = await ask("/twin/customers", body);
    byId("person-dialog").close();
    if (!customer(made.id)) world.customers.push(made);
    toggle(made.id);
  } catch (error) {
    const problem = byId("person-dialog").querySelector(".problem");
    problem.hidden = false;
    problem.textContent = error.message;
  }
});

byId("list-dialog").querySelector(".icon").addEventListener("click", () => byId("list-dialog").close());

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".attach[open]")) if (!menu.contains(event.target)) menu.open = false;
  for (const dialog of document.querySelectorAll("dialog[open]")) if (event.target === dialog) dialog.close();
});

// Small things

async function ask(path, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

async function asJpeg(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
}

function asDataUrl(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(file);
  });
}

function describe({ phone, username, shares_phone }) {
  const parts = [phone && `+${phone}`, username].filter(Boolean);
  if (!shares_phone) parts.push("number hidden");
  return parts.join(" · ");
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("").toUpperCase();
const timeOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  const same = date.toDateString() === new Date().toDateString();
  return same ? "Today" : date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
