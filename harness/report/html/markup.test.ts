import { describe, expect, test } from 'vitest';
import { html, join, verbatim } from './markup.ts';

describe('text in a template', () => {
  test('ends no element and no attribute', () => {
    const hostile = `</script><script>alert("1")</script>' onload='x`;
    expect(html`<a title="${hostile}">${hostile}</a>`.toString()).not.toMatch(
      /<script|<\/script|" onload|' onload/,
    );
  });

  test('shows what turns its direction, hides in it or is no character', () => {
    const text = html`${'a\u202eb\u2066c\u200bd\u0007e\ud800f\u2028g\u00adh'}`.toString();
    expect(text).toBe('a[U+202E]b[U+2066]c[U+200B]d[U+0007]e\ufffdf[U+2028]g[U+00AD]h');
  });

  test('keeps line breaks, and letters of any script', () => {
    const text = 'a\n\tb \u05d0\u0628\u4e2d\u{1f600}';
    expect(html`${text}`.toString()).toBe(text);
  });

  test('is markup only where a template made it', () => {
    const made = html`<b>${1}</b>`;
    expect(html`<p>${[made, '<', null, false]}</p>`.toString()).toBe('<p><b>1</b>&lt;</p>');
    expect(join(['<', made], ', ').toString()).toBe('&lt;, <b>1</b>');
  });
});

test('a script that would end its own element is refused', () => {
  expect(() => verbatim('script', '"</script>"')).toThrow('end the element');
});
