"use strict";
// Reads "status" and "history" beside this page and shows them. It changes nothing, and everything is written as text.
const at = id => document.getElementById(id);

function make(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) { made.textContent = text; }
  if (className) { made.className = className; }
  return made;
}

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return value.toFixed(unit === 0 ? 0 : 1) + " " + units[unit];
}

function span(seconds) {
  if (seconds === undefined || seconds === null) { return "–"; }
  if (seconds < 60) { return Math.round(seconds * 10) / 10 + " s"; }
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  if (hours === 0) { return minutes + " min " + Math.floor(seconds % 60) + " s"; }
  return hours < 24 ? hours + " h " + minutes % 60 + " min" : Math.floor(hours / 24) + " d " + hours % 24 + " h";
}

const count = value => Math.round(value || 0).toLocaleString("en-US");
const many = (value, thing) => count(value) + " " + thing + (value === 1 ? "" : "s");

function row(titles, cells) {
  const line = make("tr");
  cells.forEach((cell, index) => {
    const data = make("td", cell instanceof Node ? undefined : cell, titles[index].className);
    if (cell instanceof Node) { data.append(cell); }
    data.dataset.title = titles[index].textContent;
    line.append(data);
  });
  return line;
}

function fill(id, lines) {
  const titles = at(id).parentNode.querySelectorAll("th");
  at(id).replaceChildren(...lines.map(cells => row(titles, cells)));
}

function plot(title, values, words, step) {
  const figure = make("figure"), caption = make("figcaption", title);
  const known = (values || []).filter(value => value !== null);
  const most = Math.max(0, ...known);
  caption.append(make("span", known.length ? "most " + words(most) + ", last " + span(values.length * step) : "no history yet"));
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 360 40");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title + ": " + caption.lastChild.textContent);
  // The last five minutes at least: of a service that has just started, less of the width is used.
  const shown = Math.max((values || []).length, 30);
  let line = "", gap = true;
  (values || []).forEach((value, index) => {
    if (value === null) { gap = true; return; }
    const x = (360 * (1 - (values.length - 1 - index) / (shown - 1))).toFixed(1), y = most > 0 ? 39 - 38 * value / most : 39;
    line += (gap ? "M" : "L") + x + " " + y.toFixed(1);
    gap = false;
  });
  path.setAttribute("d", line || "M0 39");
  svg.append(path);
  figure.append(caption, svg);
  return figure;
}

function flowCard(flow, history) {
  const card = make("article"), title = make("h3", flow.flow + " "), list = make("dl");
  title.append(make("span", flow.health, flow.health));
  card.append(title, make("div", "→ " + flow.destination, "weak"));
  if (flow.reason) { card.append(make("p", flow.reason, "problem")); }
  const rates = flow.rates || {};
  const facts = [["Lag", bytes(flow.lag_bytes)], ["Behind", flow.lag_bytes > 0 ? span(flow.lag_seconds) : "caught up"],
    ["Shipped", bytes(rates.acknowledged_bytes || 0) + "/s"], ["Lines", count(rates.acknowledged_lines) + "/s"]];
  if (flow.catch_up_seconds !== undefined && flow.lag_seconds > 10) { facts.push(["Caught up in", span(flow.catch_up_seconds)]); }
  if (flow.next_try_seconds !== undefined) { facts.push(["Next try in", span(flow.next_try_seconds)]); }
  facts.forEach(([name, value]) => list.append(make("dt", name), make("dd", value)));
  const past = history && history.flows.find(known => known.flow === flow.flow);
  const step = history ? history.step_seconds : 10;
  card.append(list, plot("Rate", past && past.bytes_per_second, value => bytes(value) + "/s", step),
    plot("Lag", past && past.lag_bytes, bytes, step));
  return card;
}

function show(status, history) {
  const service = status.service;
  at("health").textContent = status.health;
  at("health").className = status.health;
  document.title = status.health.toUpperCase() + " – tailshipper";
  at("service").textContent = service ? service.version + ", process " + service.pid + ", up "
    + span((Date.parse(status.at) - Date.parse(service.started_at)) / 1000) + ", " + bytes(service.memory_bytes) + " resident" : "";
  at("why").hidden = status.reasons.length === 0;
  at("reasons").replaceChildren(...status.reasons.map(reason => make("li", reason)));
  at("flows").replaceChildren(...status.flows.map(flow => flowCard(flow, history)));
  const figure = (flow, name) => (flow.figures || {})[name] || 0;
  fill("calls", status.flows.map(flow => [flow.flow, count(figure(flow, "calls")), count(figure(flow, "in_flight_calls")),
    count(figure(flow, "throttled_calls")), count(figure(flow, "retried_calls")),
    figure(flow, "paced_bytes_per_second") > 0 ? bytes(figure(flow, "paced_bytes_per_second")) + "/s" : "unlimited",
    count(figure(flow, "failed_records")), bytes(figure(flow, "lost_bytes")),
    flow.billed_per_raw ? flow.billed_per_raw.toFixed(2) + " ×" : "–"]));
  fill("letters", status.flows.map(flow => [flow.flow, count(figure(flow, "waiting_dead_letters")),
    count(figure(flow, "dead_lettered_records"))]));
  at("resend").hidden = !status.flows.some(flow => figure(flow, "waiting_dead_letters") > 0);
  fill("files", status.files.map(file => {
    const done = make("progress");
    done.max = 1;
    done.value = file.size_bytes > 0 ? file.committed_bytes / file.size_bytes : 1;
    done.setAttribute("aria-label", Math.floor(done.value * 100) + " %");
    return [file.path, file.flow, bytes(file.lag_bytes), bytes(file.size_bytes), done];
  }));
  at("more").textContent = many(status.files_total, "file") + (status.files_total > status.files.length
    ? "; " + status.files.length + " are shown. All: tailshipper top" : "");
  at("messages").replaceChildren(...(status.last_errors.length ? status.last_errors.map(event => {
    const line = make("li", event.level.toUpperCase() + (event.event_id ? " " + event.event_id : ""), event.level);
    line.append(make("span", " " + event.at.slice(0, 19) + "Z" + (event.times > 1 ? ", " + count(event.times) + " times" : ""), "weak"),
      make("div", event.text));
    return line;
  }) : [make("li", "no warning or error since the start", "weak")]));
  at("foot").textContent = "as of " + status.at.slice(0, 19) + "Z (UTC), read every 2 s";
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) { throw new Error((await answer.text()).trim() || "HTTP " + answer.status); }
  return answer.json();
}

let history_ = null, turns = 0;
async function turn() {
  try {
    if (turns++ % 5 === 0) { history_ = await ask("history").catch(() => history_); }
    show(await ask("status?files=20"), history_);
    at("problem").hidden = true;
  } catch (problem) {
    at("problem").textContent = problem instanceof TypeError
      ? "Nobody answers any more: start the service, or tailshipper page, and open its address again." : problem.message;
    at("problem").hidden = false;
    at("health").textContent = "unknown";
    at("health").className = "unknown";
  }
  setTimeout(turn, 2000);
}
turn();
