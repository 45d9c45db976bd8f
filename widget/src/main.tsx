// Starts the widget where the script tag stands, in a shadow root: the site's styles and ours don't meet.
import { render } from "preact";
import { App } from "./app";
import { Link } from "./link";
import { inkOn, optionsOf } from "./options";
import { Store } from "./store";
import css from "./style.css?inline";

const script = document.currentScript as HTMLScriptElement;
const options = optionsOf(script);
let draw = () => {};

function start(): void {
  const host = document.createElement("investor-assistant");
  host.dataset.position = options.position;
  host.dataset.theme = options.theme;
  const root = host.attachShadow({ mode: "open" });
  const style = `${css}.launcher,.panel{--accent:${options.color};--on-accent:${inkOn(options.color)}}`;
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet(); // allowed under a policy without inline styles
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } else {
    root.appendChild(document.createElement("style")).textContent = style;
  }
  // Beside the body: what a page does to that (transform, filter, zoom) would move us with it.
  document.documentElement.appendChild(host);
  const store = new Store(`investor-assistant:${options.endpoint.href}:`, () => draw());
  const link = new Link(options.endpoint, options.source, store, () => draw());
  render(<App options={options} store={store} link={link} root={root} watch={(d) => (draw = d)} />, root);
  // The page's own line with a phone number is for when this script did not start.
  document.querySelectorAll<HTMLElement>("[data-investor-assistant-fallback]").forEach((e) => (e.hidden = true));
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
