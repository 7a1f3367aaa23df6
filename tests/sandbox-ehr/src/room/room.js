"use strict";
// Two people, one RTCPeerConnection, no servers but this one. "Perfect negotiation":
// the one who came later is polite and yields when both offer at once.
const main = document.querySelector("main");
const { room, role, name } = main.dataset;
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("status").textContent = text; };
let socket = null, connection = null, media = null, polite = false, offering = false, ignoring = false;
let joined = false, retry = 0;
// Whether the other one is there, and which of their connections the media runs over: losing the
// signalling alone never ends a call, and a reloaded page is a new session.
let present = false, mine = "", theirs = "";

// What the page tells a page that frames it: that somebody waits, that the call began, that it ended. The
// words are those that Whereby's embedded rooms use.
function tell(type) {
  if (window.parent !== window) window.parent.postMessage({ type }, "*");
}

async function lookForGuests() {
  let told = false;
  while (!joined && socket === null) {
    const answer = await fetch("/room/" + encodeURIComponent(room) + "/present").catch(() => null);
    const waiting = answer !== null && answer.ok && (await answer.text()) !== "0";
    if (waiting && !told) tell("knock");
    told = waiting;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

async function openMedia() {
  if (media) return;
  try {
    media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  } catch (error) {
    media = new MediaStream();
    say("No camera or microphone (" + error.name + ")");
  }
  byId("local").srcObject = media;
}

function openConnection() {
  closeConnection();
  mine = crypto.randomUUID();
  connection = new RTCPeerConnection({ iceServers: [] });
  for (const track of media.getTracks()) connection.addTrack(track, media);
  if (!media.getTracks().length) {
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.addTransceiver("video", { direction: "recvonly" });
  }
  connection.ontrack = ({ streams }) => { byId("remote").srcObject = streams[0]; };
  connection.onicecandidate = ({ candidate }) => send({ type: "candidate", candidate });
  connection.onnegotiationneeded = async () => {
    try {
      offering = true;
      await connection.setLocalDescription();
      describe();
    } finally {
      offering = false;
    }
  };
  connection.onconnectionstatechange = () => {
    const state = connection ? connection.connectionState : "closed";
    if (state === "connected") say("Connected");
    if (state === "disconnected") say("Connection lost, trying again…");
    if (state === "failed" && present) connection.restartIce();
    if (state === "failed" && !present) waitForOther();
  };
}

function closeConnection() {
  if (connection) connection.close();
  connection = null;
  theirs = "";
  byId("remote").srcObject = null;
  byId("other").textContent = "Nobody else yet";
}

function describe() {
  send({ type: "description", description: connection.localDescription, name, role, session: mine });
}

function waitForOther() {
  closeConnection();
  say("The other person left. Waiting…");
}

function flowing() {
  return connection !== null && connection.connectionState === "connected";
}

async function hear(message) {
  if (message.type === "welcome") {
    retry = 0;
    polite = message.polite;
    present = !message.alone;
    if (flowing()) return say("Connected");
    say(message.alone ? "Waiting for the other person…" : "Connecting…");
    if (!message.alone) openConnection();
  } else if (message.type === "full") {
    joined = false;
    buttons();
    say("The room is full");
  } else if (message.type === "joined") {
    present = true;
    if (!flowing()) say("Connecting…");
  } else if (message.type === "left") {
    present = false;
    polite = false;
    if (!flowing()) waitForOther();
  } else if (message.type === "bye") {
    waitForOther();
  } else if (message.type === "description") {
    present = true;
    const replaced = theirs !== "" && theirs !== message.session;
    if (!connection || replaced) openConnection();
    theirs = message.session;
    byId("other").textContent = message.name + " (" + message.role + ")";
    const collision = message.description.type === "offer" && (offering || connection.signalingState !== "stable");
    ignoring = !polite && collision;
    if (ignoring) return;
    await connection.setRemoteDescription(message.description);
    if (message.description.type === "offer") {
      await connection.setLocalDescription();
      describe();
    }
  } else if (message.type === "candidate" && connection && message.candidate) {
    try { await connection.addIceCandidate(message.candidate); } catch (error) { if (!ignoring) throw error; }
  }
}

function openSocket() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(scheme + "//" + location.host + "/room/" + encodeURIComponent(room) + "/ws");
  let turn = Promise.resolve();
  socket.onmessage = ({ data }) => { turn = turn.then(() => hear(JSON.parse(data))).catch((error) => say(String(error))); };
  socket.onclose = () => {
    if (!joined) return;
    retry += 1;
    say(flowing() ? "Connected (the room's server is away)" : "Connection lost, trying again…");
    setTimeout(() => joined && openSocket(), Math.min(5000, 250 * 2 ** retry));
  };
}

function buttons() {
  byId("join").disabled = joined;
  for (const id of ["leave", "mute", "camera"]) byId(id).disabled = !joined;
}

byId("join").onclick = async () => {
  joined = true;
  buttons();
  say("Joining…");
  tell("join");
  await openMedia();
  openSocket();
};

window.addEventListener("pagehide", () => send({ type: "bye" }));

byId("leave").onclick = () => {
  joined = false;
  send({ type: "bye" });
  buttons();
  closeConnection();
  if (socket) socket.close();
  if (media) for (const track of media.getTracks()) track.stop();
  media = null;
  byId("local").srcObject = null;
  say("You left the visit");
  tell("leave");
};

function toggle(button, tracks, on, off) {
  const now = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(now));
  button.textContent = now ? off : on;
  for (const track of tracks) track.enabled = !now;
}
byId("mute").onclick = () => toggle(byId("mute"), media.getAudioTracks(), "Mute", "Unmute");
byId("camera").onclick = () => toggle(byId("camera"), media.getVideoTracks(), "Camera off", "Camera on");

if (window.parent !== window) lookForGuests();
if (new URLSearchParams(location.search).get("join") === "now") byId("join").click();
