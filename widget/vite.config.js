import { defineConfig } from "vite";

// The widget polls until a WebSocket has taken over; the third transport would only weigh (0.9 kB).
const withoutWebTransport = {
  name: "without-webtransport",
  load: (id) => (/engine\.io-client\/.*\/webtransport\.js$/.test(id) ? "export const WT = undefined;" : null),
};

// One classic script that a site embeds with one tag; the browsers of offices are not always new.
export default defineConfig({
  plugins: [withoutWebTransport],
  build: {
    target: "chrome80",
    lib: { entry: "src/main.tsx", formats: ["iife"], name: "InvestorAssistant", fileName: () => "widget.js" },
  },
});
