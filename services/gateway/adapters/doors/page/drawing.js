// Draws one snapshot. Text goes in as text only; what a person wrote has its own direction.

import { language, languageName, length, number, say } from "./words.js";

const LATE_MS = 300_000; // a wait that is shown as long
const $ = (selector) => document.querySelector(selector);
const day = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
let running = []; // functions of the time: what changes while nothing happens
let before = null; // the snapshot that was drawn before

/** An element with a class and with text or children. */
function make(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

/** Text that changes with the time, from now on until the next snapshot. */
function runs(element, told) {
  running.push((now) => {
    const text = told(now);
    if (element.textContent !== text) element.textContent = text;
  });
  return element;
}

export function tick(now) {
  for (const each of running) each(now);
  const time = $("#clock time");
  time.dateTime = new Date(now).toISOString();
  time.textContent = day.format(now);
}

export function draw(board, now) {
  running = [];
  $("#pools").textContent =
    board.pools.length > 6 ? `${say("allPools")} (${board.pools.length})` : board.pools.join(" · ") || say("noPools");
  figures(board);
  const { queues, languages } = board.waiting;
  agents(board.agents);
  incidents(board.incidents);
  channels(board.channels);
  tick(now); // all that has its size by its text, before the lists that take what room is left
  bars($("#queues ol"), queues, queues.length + board.waiting.queues_left_out, (it) => {
    const name = make("span", "name", make("bdi", "", it.queue));
    if (board.pools.length > 1) name.append(" ", make("bdi", "pool", it.pool));
    return name;
  });
  bars($("#languages ol"), languages, languages.length + board.waiting.languages_left_out, (it) =>
    make("span", "name", make("bdi", "", languageName(it.language))));
  pages(board.pages);
  speak(board);
  before = board;
  $("main").setAttribute("aria-busy", "false");
  tick(now);
}

function figure(id, value, note, level) {
  const place = document.getElementById(id);
  const [main, small] = place.querySelectorAll("dd");
  place.className = level;
  typeof value === "function" ? runs(main, value) : (main.textContent = value);
  typeof note === "function" ? runs(small, note) : (small.textContent = note);
}

function figures({ waiting, clocks, pages: open }) {
  const also = waiting.assigned ? [say("withAgents", number(waiting.assigned))] : [];
  if (waiting.offered) also.push(say("offered", number(waiting.offered)));
  if (waiting.parked) also.push(say("parked", number(waiting.parked)));
  figure("waiting", number(waiting.total), also.join(" · "), waiting.parked ? "warn" : "");
  const { longest } = waiting;
  figure("longest", longest ? (now) => length(now - longest.since_ms) : "–",
    longest ? `${longest.queue} · ${longest.pool}` : say("nobodyWaits"), "");
  if (longest) {
    running.push((now) => document.getElementById("longest").classList.toggle("warn", now - longest.since_ms > LATE_MS));
  }
  const due = clocks.next_due_ms;
  figure("at-risk", number(clocks.at_risk),
    due === null ? say("dueWithin", clocks.within_ms / 60_000)
      : (now) => (due > now ? say("nextDue", length(due - now)) : say("overdue", length(now - due))),
    clocks.at_risk ? "warn" : "");
  figure("missed", number(clocks.missed), "", clocks.missed ? "bad" : "");
  figure("pages", number(open.open),
    open.oldest_ms === null ? "" : (now) => say("oldestPage", length(now - open.oldest_ms)), open.open ? "bad" : "");
}

/** How many rows of this height a list has room for: on the wall it is measured. */
function room(list, rowRem) {
  if (getComputedStyle(list).getPropertyValue("--measured").trim() !== "1") return 12;
  list.replaceChildren(); // what it holds must not make its place larger
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.max(2, Math.floor(list.clientHeight / (rowRem * rem)));
}

/** The first rows, as many as have room, and how many more there are. */
function fill(list, rows, total, rowRem, row) {
  const most = room(list, rowRem);
  const shown = rows.slice(0, total > most ? most - 1 : most);
  list.replaceChildren(...shown.map(row));
  if (total > shown.length) list.append(make("li", "rest", say("more", number(total - shown.length))));
}

function bars(list, rows, total, name) {
  const most = Math.max(1, ...rows.map((it) => it.waiting));
  fill(list, rows, total, 1.85, (it) => {
    const track = make("span", "track");
    if (it.waiting) {
      track.append(make("span", "bar"));
      track.firstChild.style.inlineSize = `${(100 * it.waiting) / most}%`;
    }
    track.setAttribute("aria-hidden", "true"); // the number says it
    return make("li", "", name(it), track, make("span", "count", number(it.waiting)));
  });
  if (!rows.length) list.append(make("li", "rest", say("nobodyWaits")));
}

function agents(counts) {
  $("#agents dl").replaceChildren(...["ready", "busy", "away", "offline"].map((state) =>
    make("div", state, make("dt", "", say(state)), make("dd", "", number(counts[state])))));
}

function pages({ first, open }) {
  const list = $("#open-pages ul");
  fill(list, first, open, 2.65, (it) => {
    const what = make("span", "what", make("bdi", "", `${it.queue} · ${it.pool}`));
    const since = runs(make("span", "since"), (now) => length(now - it.opened_at_ms));
    const who = make("span", "who", `${say(it.metric)} · ${languageName(it.language)} · `,
      make("bdi", "", it.people.join(", ")));
    if (it.exhausted) who.append(` (${say("exhausted")})`);
    return make("li", it.exhausted ? "bad" : "", what, since, who);
  });
  if (!open) list.append(make("li", "rest", say("noPages")));
}

/** Its title; without one what is down, and of one that is over what was. */
function nameOf(it) {
  return it.title || `${say(it.channel)} ${say(it.resolved_at_ms === null ? "down" : "wasDown")}`;
}

function incidents(those) {
  $("#incidents").hidden = !those.length;
  const list = $("#incidents ul");
  list.replaceChildren(...those.slice(0, 3).map((it) => {
    const over = it.resolved_at_ms !== null;
    const title = make("strong", "", make("bdi", "", nameOf(it)));
    const state = make("span", "state", `${say(it.severity)} · ${say(it.channel)} · ${say(it.state)} · `,
      make("bdi", "", it.incident_id));
    const since = over
      ? make("span", "since", say("lasted", length(it.resolved_at_ms - it.opened_at_ms)))
      : runs(make("span", "since"), (now) => say("since", length(now - it.opened_at_ms)));
    const next = make("span", "next");
    if (it.next_update_at_ms !== null) {
      runs(next, (now) => (it.next_update_at_ms > now
        ? say("nextUpdate", length(it.next_update_at_ms - now)) : say("updateLate", length(now - it.next_update_at_ms))));
    }
    const sums = make("span", "sums",
      [say("moved", number(it.moved)), say("parkings", number(it.parked)), say("returned", number(it.returned))].join(" · "));
    return make("li", over ? "over" : it.severity, title, state, since, next, sums);
  }));
  if (those.length > 3) list.append(make("li", "rest", say("more", number(those.length - 3))));
}

function channels(those) {
  $("#channels ul").replaceChildren(...those.map((it) =>
    make("li", it.health, make("span", "name", say(it.channel)), make("span", "health", say(it.health)))));
}

/** Says aloud, to those who listen, only what is new and matters. */
function speak(board) {
  if (!before) return;
  const said = [];
  const was = new Map(before.incidents.map((it) => [it.incident_id, it]));
  for (const it of board.incidents) {
    const name = nameOf(it);
    if (!was.has(it.incident_id)) said.push(say("saysIncident", name));
    else if (it.resolved_at_ms !== null && was.get(it.incident_id).resolved_at_ms === null) said.push(say("saysResolved", name));
  }
  const health = new Map(before.channels.map((it) => [it.channel, it.health]));
  for (const it of board.channels) {
    if (health.has(it.channel) && health.get(it.channel) !== it.health) {
      said.push(say("saysHealth", say(it.channel), say(it.health)));
    }
  }
  if (said.length) $("#spoken").textContent = said.join(". ");
}
