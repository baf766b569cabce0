/** The two pages of the local issuer. No script; every value that came from outside is escaped. */

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const words = {
  en: {
    title: 'Sign in',
    name: 'Name',
    password: 'Password',
    submit: 'Sign in',
    demo: 'Demo users (the password is the name)',
    wrong: 'Name and password do not match. Try again.',
    leave: 'Sign out?',
    leaveSubmit: 'Sign out',
    left: 'You are signed out.',
  },
  ru: {
    title: 'Вход',
    name: 'Имя',
    password: 'Пароль',
    submit: 'Войти',
    demo: 'Демо-пользователи (пароль — имя)',
    wrong: 'Имя и пароль не подходят. Попробуйте ещё раз.',
    leave: 'Выйти?',
    leaveSubmit: 'Выйти',
    left: 'Вы вышли.',
  },
} as const;

export type Language = keyof typeof words;

/** The language of a request: Russian if the browser prefers it, else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*ru\b/i.test(acceptLanguage ?? '') ? 'ru' : 'en';
}

/** Styles of both pages; the content security policy names their hash and nothing else. */
export const styles = `
:root{color-scheme:light dark;--ground:light-dark(#f4f6f8,#0f1419);--card:light-dark(#fff,#182028);--ink:light-dark(#14202b,#e8eef4);--soft:light-dark(#5a6b7b,#93a4b4);--line:light-dark(#d5dde5,#2c3844);--accent:light-dark(#0b63ce,#5aa9ff);--on:light-dark(#fff,#08131f)}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;padding:16px}
main{width:100%;max-width:440px;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:32px}
h1{font-size:24px;margin:0 0 24px}label{display:block;margin:0 0 16px;color:var(--soft)}
input{display:block;width:100%;min-height:48px;margin-top:4px;padding:0 12px;font:inherit;color:var(--ink);background:transparent;border:1px solid var(--line);border-radius:8px}
button{min-height:48px;padding:0 16px;font:inherit;border-radius:8px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button.main{width:100%;background:var(--accent);border-color:var(--accent);color:var(--on);font-weight:600}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}.wrong{color:light-dark(#b3261e,#ff8a80)}
h2{font-size:14px;font-weight:500;color:var(--soft);margin:32px 0 12px}.users{display:flex;flex-wrap:wrap;gap:8px;list-style:none;margin:0;padding:0}`;

function page(language: Language, title: string, body: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${styles}</style></head><body><main>${body}</main></body></html>`;
}

/** The sign-in form. `failed`: the last attempt did not match. */
export function signInPage(
  language: Language,
  action: string,
  users: readonly string[],
  failed: boolean,
): string {
  const word = words[language];
  const shortcuts = users
    .map(
      (user) =>
        `<li><form method="post" action="${escapeHtml(action)}"><input type="hidden" name="password" value="${escapeHtml(user)}"><button name="name" value="${escapeHtml(user)}">${escapeHtml(user)}</button></form></li>`,
    )
    .join('');
  return page(
    language,
    word.title,
    `<h1>${word.title}</h1>${failed ? `<p class="wrong" role="alert">${word.wrong}</p>` : ''}
<form method="post" action="${escapeHtml(action)}">
<label>${word.name}<input name="name" autocomplete="username" autofocus required maxlength="64"></label>
<label>${word.password}<input name="password" type="password" autocomplete="current-password" required maxlength="64"></label>
<button class="main">${word.submit}</button></form>
<h2>${word.demo}</h2><ul class="users">${shortcuts}</ul>`,
  );
}

/** Asks before signing out; `form` is the issuer's own form element with its hidden fields. */
export function signOutPage(language: Language, form: string): string {
  const word = words[language];
  return page(
    language,
    word.leave,
    `<h1>${word.leave}</h1>${form}<button class="main" form="op.logoutForm" name="logout" value="yes">${word.leaveSubmit}</button>`,
  );
}

export function signedOutPage(language: Language): string {
  return page(language, words[language].left, `<h1>${words[language].left}</h1>`);
}
