// Trains and asks nlp.js on the same examples as the other pipelines; its interface is that of ../rasa_pipeline.py.
//   node pipeline.mjs train EXAMPLES.jsonl MODEL_FOLDER
//   node pipeline.mjs parse MODEL_FOLDER TEXTS.jsonl RANKINGS.jsonl
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";

const { NlpManager } = createRequire(import.meta.url)("node-nlp");
const rows = (path) => readFileSync(path, "utf-8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const manager = () => new NlpManager({ languages: ["zh"], forceNER: false, autoSave: false, nlu: { log: false } });

async function train(examples, folder) {
  mkdirSync(folder, { recursive: true });
  const nlp = manager();
  for (const { text, intent } of rows(examples)) nlp.addDocument("zh", text, intent);
  const started = performance.now();
  await nlp.train();
  const seconds = (performance.now() - started) / 1000;
  writeFileSync(join(folder, "model.json"), nlp.export(true));
  return { seconds };
}

async function parse(folder, texts, out) {
  const nlp = manager();
  nlp.import(readFileSync(join(folder, "model.json"), "utf-8"));
  const asked = rows(texts);
  for (const { text } of asked.slice(0, 20)) await nlp.process("zh", text);
  const answers = [];
  for (const { text } of asked) {
    const started = performance.now();
    const { classifications } = await nlp.process("zh", text);
    const ms = performance.now() - started;
    answers.push({ ranking: classifications.map(({ intent, score }) => [intent, score]), ms });
  }
  writeFileSync(out, answers.map((answer) => JSON.stringify(answer) + "\n").join(""));
  return { rss_mib: process.memoryUsage().rss / 2 ** 20 };
}

const [, , verb, ...rest] = process.argv;
console.log(JSON.stringify(await { train, parse }[verb](...rest)));
