// Texts of the assistant, line by line. Everything is a text node; only http and https become links.
import type { ComponentChildren } from "preact";

const URL_ = /https?:\/\/[^\s<>"'“”‘’，。；、！？（）()]+/g;

export const Link = ({ href, children }: { href: string; children?: ComponentChildren }) =>
  /^https?:\/\//i.test(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children || href}</a>
  ) : (
    <>{children || href}</>
  );

export function linked(text: string): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(URL_)) {
    parts.push(text.slice(at, match.index), <Link href={match[0]} />);
    at = match.index! + match[0].length;
  }
  return [...parts, text.slice(at)];
}

// "来源：标题（日期） 地址；标题（日期）", or one numbered source a line, as titles that are links, each with its date.
function Sources({ line }: { line: string }) {
  const [, label, rest] = /^(.*?来源)：([\s\S]*)$/.exec(line)!;
  return (
    <p class="source">
      <span>{label}</span>
      {rest.split(/\n|；(?=[^；]*（)/).map((one) => {
        const match = /^(\[\d+\] )?(.*?)（((?:\d{4}|未标)[^（）]*)）\s*(https?:\S+)?$/.exec(one.trim());
        return match ? (
          <span class="cite">
            {match[1]}
            {match[4] ? <Link href={match[4]}>{match[2]}</Link> : match[2]}
            <span class="date">{match[3]}</span>
          </span>
        ) : (
          <span class="cite">{linked(one)}</span>
        );
      })}
    </p>
  );
}

// The sources behind the first stand on lines of their own and belong with it.
const joined = (lines: string[]) =>
  lines.reduce<string[]>((done, line) => {
    const before = done.length - 1;
    if (before >= 0 && /^\S{0,4}来源：/.test(done[before]) && /^\[\d+\] /.test(line)) done[before] += `\n${line}`;
    else done.push(line);
    return done;
  }, []);

export const Lines = ({ lines }: { lines: string[] }) => (
  <>
    {joined(lines).map((line) =>
      !line.trim() ? null : /^\S{0,4}来源：/.test(line) ? (
        <Sources line={line} />
      ) : (
        <p class={/^\s*(·|\d+[.、])/.test(line) ? "item" : /^【.*】$/.test(line) ? "head" : /^※/.test(line) ? "caveat" : ""}>
          {linked(line)}
        </p>
      ),
    )}
  </>
);
