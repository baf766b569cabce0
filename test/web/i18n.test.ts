import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ru as viewRu } from '../../domains/factory/view/texts.ru.ts';
import { viewTexts } from '../../domains/factory/view/texts.ts';
import { ru as stationsRu } from '../../domains/stations/view/texts.ru.ts';
import { viewTexts as stationsTexts } from '../../domains/stations/view/texts.ts';
import { fill, languages, type Text } from '../../web/kit/i18n.ts';
import { ru as shellRu } from '../../web/src/texts.ru.ts';
import { shellTexts } from '../../web/src/texts.ts';

const areas: Record<string, Record<'en' | 'ru', Record<string, Text>>> = {
  shell: { en: shellTexts.en, ru: shellRu },
  factory: { en: viewTexts.en, ru: viewRu },
  stations: { en: stationsTexts.en, ru: stationsRu },
};
const formsOf = (text: Text) => (typeof text === 'string' ? [text] : Object.values(text));
const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('texts', () => {
  for (const [area, { en, ru }] of Object.entries(areas)) {
    test(`parity: ${area} has the same keys and places in both languages`, () => {
      expect(Object.keys(ru).sort()).toEqual(Object.keys(en).sort());
      for (const [key, text] of Object.entries(en)) {
        const expected = placesOf(formsOf(text)[0] ?? '');
        for (const form of [...formsOf(text), ...formsOf(ru[key] ?? '')]) {
          expect(placesOf(form), `${key}: ${form}`).toEqual(expected);
        }
      }
    });

    test(`plurals: ${area} has every form that a language needs`, () => {
      for (const language of languages) {
        const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
        for (const [key, text] of Object.entries(areas[area]?.[language] ?? {})) {
          if (typeof text === 'string') continue;
          for (const category of needed)
            expect(text[category], `${language} ${key} ${category}`).toBeDefined();
        }
      }
    });

    test(`words: ${area} is translated, not copied`, () => {
      const same = Object.keys(en).filter(
        (key) => en[key] === ru[key] && /[a-z]{3}/i.test(String(en[key]).replace(/\{\w+\}/g, '')),
      );
      expect(same).toEqual([]);
    });
  }

  test('plural forms are chosen by the rules of the language', () => {
    const text = viewRu['machines.count'];
    const rules = new Intl.PluralRules('ru');
    const words = [1, 2, 5, 11, 21, 22].map((count) => fill(text, { count }, rules).replace(/^\S+ /, ''));
    expect(words).toEqual(['станок', 'станка', 'станков', 'станков', 'станок', 'станка']);
  });

  test('every key that is used by name exists, and none is left over', () => {
    const sources: Record<string, string> = { shell: 'web/src', factory: 'domains/factory/view' };
    for (const [area, folder] of Object.entries(sources)) {
      const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name) && !/\btexts\./.test(name))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n');
      const keys = Object.keys(areas[area]?.en ?? {});
      const used = (key: string) =>
        code.includes(`'${key}'`) ||
        (key.includes('.') && code.includes(`\`${key.slice(0, key.lastIndexOf('.'))}.\${`));
      expect(
        keys.filter((key) => !used(key)),
        area,
      ).toEqual([]);
    }
  });
});
