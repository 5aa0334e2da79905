// Follows the stream, says when it is stale, and lets the drawing run with the server's clock.

import { draw, tick } from "./drawing.js";
import { length, say } from "./words.js";

const STREAM = new URL("/v1/board/stream", location.origin); // the origin has no key in it
const SILENT_MS = 12_000; // two heartbeats and a bit
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];

const stale = document.getElementById("stale");
let source = null;
let heardAt = performance.now(); // any news, by this machine's running time
let clock = null; // { nowMs, at, speed } of the newest news
let board = null; // the newest snapshot
let failures = 0;
let isStale = false;
let again = null;

/** The server's time now. In a demo its clock runs faster than ours. */
function serverNow() {
  return clock.nowMs + (performance.now() - clock.at) * clock.speed;
}

function heard(news) {
  heardAt = performance.now();
  clock = { nowMs: news.now_ms, at: heardAt, speed: news.speed };
  failures = 0;
  show(false);
}

function connect() {
  again = null;
  source?.close();
  const address = new URL(STREAM);
  const pool = new URLSearchParams(location.search).get("pool");
  if (pool) address.searchParams.set("pool", pool);
  source = new EventSource(address);
  source.addEventListener("board", (event) => {
    const news = JSON.parse(event.data);
    heard(news);
    board = news.board;
    draw(board, serverNow());
  });
  source.addEventListener("still", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("error", lost);
}

/** EventSource tries again by itself after a broken line, but not after an answer it dislikes. */
function lost() {
  show(true);
  if (source.readyState === EventSource.CLOSED && again === null) {
    again = setTimeout(connect, AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)]);
  }
}

function show(nowStale) {
  const changes = nowStale !== isStale;
  if (changes) {
    document.getElementById("spoken").textContent = say(nowStale ? "saysStale" : "saysLive");
  }
  isStale = nowStale;
  stale.hidden = !nowStale;
  document.body.classList.toggle("old", nowStale);
  if (changes && board) draw(board, serverNow()); // the lists have more room, or less
}

function everySecond() {
  const silentMs = performance.now() - heardAt;
  if (silentMs > SILENT_MS && again === null) {
    show(true);
    if (silentMs > 2 * SILENT_MS && source.readyState !== EventSource.CONNECTING) {
      heardAt += SILENT_MS; // a line that is dead without a word: begin a new one, now and then
      connect();
    }
  }
  if (isStale) stale.textContent = clock ? say("stale", length(silentMs)) : say("connecting");
  if (clock) tick(serverNow());
}

for (const each of document.querySelectorAll("[data-word]")) {
  each.textContent = say(each.dataset.word);
}
for (const each of document.querySelectorAll("[data-label]")) {
  each.setAttribute("aria-label", say(each.dataset.label));
}
document.title = `Switchyard · ${new URLSearchParams(location.search).get("pool") ?? say("allPools")}`;
addEventListener("resize", () => board && draw(board, serverNow()));
connect();
setInterval(everySecond, 1_000);
