// Where the visitor types. In the lead form each step gets its keyboard, and a warning that never blocks.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { remembered } from "./memory";
import type { Words } from "./words";

type Mode = "text" | "tel" | "email" | "decimal";
const KEYBOARDS: Record<string, Mode[]> = {
  contact: ["tel", "email", "text"], investment: ["decimal", "text"], area: ["text", "decimal"],
};
const COMPLETE: Record<string, string> = { contact_name: "name", company: "organization" };
const LONGEST = 3000;

// What looks wrong about an answer; the server has the last word.
export function doubt(slot: string, text: string, words: Words): string {
  const said = text.trim();
  if (slot === "contact" && /^[+\d\s()（）-]{5,}$/.test(said)) {
    const digits = said.replace(/\D/g, "");
    const right = /^(86)?1\d{10}$/.test(digits) || /^0\d{9,11}$/.test(digits) || /^400\d{7}$/.test(digits) || said[0] === "+";
    return right ? "" : words.wPhone;
  }
  if (slot === "contact" && said.includes("@")) return /^\S+@\S+\.\S{2,}$/.test(said) ? "" : words.wMail;
  if (slot === "investment" && /^[\d.,]+$/.test(said)) return words.wUnit;
  return "";
}

interface Props { words: Words; slot: string; say: (text: string) => void; bind: (focus: () => void) => void }

export function Composer({ words, slot, say, bind }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => remembered("draft"));
  const write = (now: string) => setText(remembered("draft", now));
  const modes = KEYBOARDS[slot] || [];
  const [chosen, choose] = useState<Mode | "">("");
  useEffect(() => choose(""), [slot]);
  useLayoutEffect(() => bind(() => field.current?.focus()), []);
  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  }, [text]);
  const mode = chosen || modes[0] || "text";
  const named: Record<Mode, string> = { text: words.kText, tel: words.kPhone, email: words.kMail, decimal: words.kNumber };
  const send = () => {
    if (text.trim()) say(text.trim()), write("");
    field.current?.focus();
  };
  const warning = text.length >= LONGEST ? words.long : doubt(slot, text, words);
  return (
    <form class="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      {modes.length > 0 && (
        <div class="modes" role="group" aria-label={words.keyboard}>
          {modes.map((m) => (
            <button type="button" aria-pressed={m === mode} onClick={() => (choose(m), field.current?.focus())}>{named[m]}</button>
          ))}
        </div>
      )}
      <p class="warn" role="status" id="doubt">{warning}</p>
      <div class="line">
        <textarea
          ref={field} rows={1} maxLength={LONGEST} placeholder={words.type} aria-label={words.type} aria-describedby="doubt"
          inputMode={mode} autocomplete={COMPLETE[slot] || (slot === "contact" && mode !== "text" ? mode : "off")}
          enterkeyhint="send" value={text} onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault(), send();
          }}
        />
        <button class="send" disabled={!text.trim()}>{words.send}</button>
      </div>
    </form>
  );
}
