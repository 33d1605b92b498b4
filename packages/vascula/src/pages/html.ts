const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is markup already. Only `html` makes it, so nothing reaches a page unescaped by mistake. */
export class Html {
  private constructor(readonly markup: string) {}

  /** The value of a template literal: the literal parts as they are, what is put in escaped. */
  static template(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
    const markup = parts.slice(1).map((part, index) => `${markupOf(values[index])}${part}`);
    return new Html(`${parts[0]}${markup.join('')}`);
  }

  /** JSON to be parsed by a script; `<` is written as an escape of JSON, so no element can end in it. */
  static json(value: unknown): Html {
    return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
  }
}

export type HtmlValue = Html | string | number | readonly HtmlValue[];

/** A template literal of HTML: strings put in are escaped, for text and quoted attributes alike. */
export const html = Html.template;

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
  if (typeof value === 'number') return String(value);
  return value.map(markupOf).join('');
}
