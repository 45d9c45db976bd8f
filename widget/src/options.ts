// What a site says about its widget: attributes of the script tag, each with a default.

export interface Options {
  endpoint: URL; // the channel's folder, with a slash at its end
  name: string;
  color: string; // #rrggbb
  logo: string;
  lang: "zh" | "en";
  position: "left" | "right";
  theme: "auto" | "light" | "dark";
  phone: string;
  questions: string[];
  source: string; // from where visitors of this page come: an event, a partner
}

const FIRST = [
  "济南有哪些适合生物医药的园区？",
  "外资到账有什么奖励？",
  "“拿地即开工”怎么办？",
  "兰州新区有哪些优惠政策？",
];

export function optionsOf(script: HTMLScriptElement): Options {
  const data = script.dataset;
  const lang = (data.lang || document.documentElement.lang || "zh").toLowerCase().startsWith("en") ? "en" : "zh";
  const questions = (data.questions || "").split("|").map((q) => q.trim()).filter(Boolean);
  return {
    endpoint: new URL(data.endpoint ? data.endpoint.replace(/\/?$/, "/") : ".", data.endpoint ? location.href : script.src),
    name: data.name || (lang === "en" ? "Investment assistant" : "招商智能助手"),
    color: /^#[0-9a-f]{6}$/i.test(data.color || "") ? data.color! : "#0b5cad",
    logo: webAddress(data.logo),
    lang,
    position: data.position === "left" ? "left" : "right",
    theme: data.theme === "light" || data.theme === "dark" ? data.theme : "auto",
    phone: (data.phone || "").trim(),
    questions: questions.length ? questions : FIRST,
    source: data.source || "",
  };
}

// Black or white, whichever reads better on a colour (relative luminance of WCAG).
export function inkOn(color: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

function webAddress(written = ""): string {
  const url = written && new URL(written, location.href);
  return url && /^https?:$/.test(url.protocol) ? url.href : "";
}
