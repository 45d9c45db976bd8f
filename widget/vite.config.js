import { defineConfig } from "vite";

// One classic script that a site embeds with one tag; the browsers of offices are not always new.
export default defineConfig({
  build: {
    target: ["chrome80", "firefox78", "safari14"],
    lib: { entry: "src/main.tsx", formats: ["iife"], name: "InvestorAssistant", fileName: () => "widget.js" },
    reportCompressedSize: true,
  },
});
