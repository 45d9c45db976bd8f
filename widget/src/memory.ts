// What this tab remembers when the page is loaded again: whether the window is open, and what was typed and not sent.

const held: Record<string, string> = {}; // serves where storage is forbidden, until the page is left

export function remembered(name: "open" | "draft", now?: string): string {
  const key = "investor-assistant:" + name;
  if (now !== undefined) held[name] = now;
  try {
    if (now !== undefined) sessionStorage.setItem(key, now);
    return sessionStorage.getItem(key) || "";
  } catch {
    return held[name] || "";
  }
}
