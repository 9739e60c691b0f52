// Asking the server. What goes wrong comes as an Error with the server's own words.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw Object.assign(new Error(body.detail || `${response.status} ${response.statusText}`), { status: response.status });
}

/** GETs JSON. */
export async function get(url) {
  return answer(await fetch(url, { headers: { Accept: "application/json" } }));
}

/** POSTs JSON and gets JSON. */
export async function post(url, body) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return answer(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** The address of a picture, from where "/" is. */
export const snapshotUrl = (key) => "snapshots/" + key.split("/").map(encodeURIComponent).join("/");

/** The page of a camera's recordings, from where "/" is; at a time if one is given. */
export const recordingUrl = (camera, at) => `recordings?${new URLSearchParams({ camera, ...(at ? { at } : {}) })}`;
