// Hands the authorization server's answer to the application this page belongs to: to the window
// around it when the application asked in a hidden frame, otherwise by going to the application.
"use strict";

const answer = new URLSearchParams(location.search);
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) answer.set(name, value);

/** Whether the page around this one is the application: a foreign one may not even be looked at. */
function isFramedByTheApplication() {
  try {
    return parent !== window && parent.location.origin === location.origin;
  } catch {
    return false;
  }
}

/** The message the application waits for, or null when there is no token and no code. */
function message() {
  const state = answer.get("state");
  const token = answer.get("access_token");
  if (token) return { type: "place-os", token, expires_in: answer.get("expires_in"), state };
  const code = answer.get("code");
  return code ? { type: "place-os", code, state } : null;
}

if (answer.has("error")) {
  // To go on would send the application back here, again and again. The description stays unsaid:
  // anybody can make an address with a text of their own in it.
  const error = answer.get("error").match(/^[a-z_]{1,40}$/)?.[0] ?? "unknown error";
  const failure = document.getElementById("failure");
  failure.textContent = `The sign-in did not succeed (${error}). Go back to the application and try again.`;
  failure.hidden = false;
} else if (isFramedByTheApplication()) {
  const result = message();
  if (result) parent.postMessage(result, location.origin);
} else {
  location.replace(new URL(`./${location.search}${location.hash}`, location.href));
}
