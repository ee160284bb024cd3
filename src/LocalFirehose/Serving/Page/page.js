"use strict";
// Reads "page/state" and shows it; searches with "page/search". Everything is written as text.
const at = id => document.getElementById(id);

function make(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) { made.textContent = text; }
  if (className) { made.className = className; }
  return made;
}

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return value.toFixed(unit === 0 ? 0 : 1) + " " + units[unit];
}

const count = value => value.toLocaleString("en-US");
const many = (value, thing) => count(value) + " " + thing + (value === 1 ? "" : "s");

function fill(id, lines) {
  const titles = at(id).parentNode.querySelectorAll("th");
  at(id).replaceChildren(...lines.map(cells => {
    const line = make("tr");
    cells.forEach((cell, index) => {
      const data = make("td", cell, titles[index].className);
      data.dataset.title = titles[index].textContent;
      line.append(data);
    });
    return line;
  }));
}

function faultsOf(faults) {
  const off = { Seed: 1, ErrorStatus: 400, QuotaExcess: "FailCall", Kms: "None" };
  const set = Object.entries(faults).filter(([name, value]) => typeof value !== "object" && value && off[name] !== value);
  const outage = Object.entries(faults.Outage || {}).filter(([name, value]) => value && name !== "Answer");
  return [...set, ...outage.map(([name, value]) => ["Outage:" + name, value])].map(([name, value]) => name + " = " + value).join("\n");
}

function show(state) {
  at("health").textContent = state.Outage ? "outage" : "ok";
  at("health").className = state.Outage ? "degraded" : "ok";
  fill("streams", state.Streams.map(stream => [stream.Name, stream.Bucket + (stream.Prefix ? "/" + stream.Prefix : ""),
    count(stream.Counters.Calls), count(stream.Counters.RecordsAccepted), bytes(stream.Counters.BytesAccepted),
    bytes(stream.WaitingBytes), count(stream.Counters.Objects), count(stream.Counters.ThrottledCalls),
    count(stream.Counters.RefusedCalls)]));
  at("faults").textContent = faultsOf(state.Faults) || "none";
  fill("objects", state.Objects.map(object => [object.Key, bytes(object.Bytes), object.At.slice(0, 19) + "Z"]));
  at("more").textContent = many(state.ObjectsTotal, "object")
    + (state.ObjectsTotal > state.Objects.length ? "; the newest " + state.Objects.length + " are shown" : "");
}

async function ask(path, options) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const body = await answer.json();
  if (!answer.ok) { throw new Error((body.Problems || ["HTTP " + answer.status]).join("\n")); }
  return body;
}

function fail(problem) {
  at("problem").textContent = problem instanceof TypeError ? "local-firehose does not answer any more." : problem.message;
  at("problem").hidden = false;
}

async function search(text) {
  at("answer").textContent = "searching…";
  at("lines").replaceChildren();
  try {
    const found = await ask("page/search?text=" + encodeURIComponent(text));
    at("answer").textContent = (found.Lines.length ? many(found.Lines.length, "line") : "No line")
      + " with “" + found.Text + "” in " + many(found.Objects, "object") + ", " + bytes(found.Bytes) + " read"
      + (found.IsComplete ? "." : "; there may be more.") + (found.Lines.length ? "" : " What waits is not searched: deliver it first.");
    at("lines").replaceChildren(...found.Lines.map(line => {
      const item = make("li");
      item.append(make("code", line.Text), make("div", line.Object + ", line " + count(line.Line), "weak"));
      return item;
    }));
  } catch (problem) { at("answer").textContent = ""; fail(problem); }
}

at("search").addEventListener("submit", event => {
  event.preventDefault();
  location.hash = encodeURIComponent(at("text").value);
});

at("flush").addEventListener("click", async () => {
  try {
    const result = await ask("admin/flush", { method: "POST" });
    at("flushed").textContent = many(result.Objects, "object") + " delivered" + (result.Failed ? ", " + result.Failed + " failed" : "");
    show(await ask("page/state"));
  } catch (problem) { fail(problem); }
});

function fromAddress() {
  const text = decodeURIComponent(location.hash.slice(1));
  if (text) { at("text").value = text; search(text); }
}
addEventListener("hashchange", fromAddress);

async function turn() {
  try {
    show(await ask("page/state"));
    at("problem").hidden = true;
  } catch (problem) { fail(problem); }
  setTimeout(turn, 2000);
}
turn();
fromAddress();
