// Keeps the page up to date: fetches the content every two seconds and replaces the sections that differ. Without it the page still shows
// everything, and reloads.
'use strict';

const interval = 2000;
const themes = ['auto', 'dark', 'light'];
const stored = name => { try { return localStorage.getItem(name); } catch { return null; } };
let theme = themes.includes(stored('theme')) ? stored('theme') : 'auto';
let paused = false;
let timer = 0;
let fetching = 0;

// Before the first paint.
document.documentElement.dataset.theme = theme;

function showTheme() {
    document.documentElement.dataset.theme = theme;
    document.getElementById('theme').textContent = `Theme: ${theme}`;
}

function swap(html) {
    const next = new DOMParser().parseFromString(html, 'text/html');
    const content = document.getElementById('content');
    const focused = document.activeElement?.id;
    const open = [...content.querySelectorAll('details[open]')].map(element => element.id);
    for (const id of open) {
        next.getElementById(id)?.setAttribute('open', '');
    }

    const sections = [...next.querySelectorAll('section[id]')];
    for (const old of [...content.querySelectorAll('section[id]')]) {
        if (!sections.some(section => section.id === old.id)) {
            old.remove();
        }
    }

    let before = null;
    for (const section of sections) {
        const old = document.getElementById(section.id);
        if (!old) {
            before ? before.after(section) : content.prepend(section);
            before = section;
        } else if (old.outerHTML !== section.outerHTML) {
            const scrolled = [...old.querySelectorAll('.scroll')].map(element => element.scrollLeft);
            old.replaceWith(section);
            section.querySelectorAll('.scroll').forEach((element, index) => { element.scrollLeft = scrolled[index] ?? 0; });
            before = section;
        } else {
            before = old;
        }
    }

    if (focused && document.activeElement?.id !== focused) {
        document.getElementById(focused)?.focus({ preventScroll: true });
    }
}

async function refresh() {
    clearTimeout(timer);
    const mine = ++fetching;
    try {
        const answer = await fetch(`/content${location.search}`, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
        if (answer.status === 401) {
            location.reload();
            return;
        }

        if (!answer.ok) {
            throw new Error(answer.statusText);
        }

        const html = await answer.text();
        if (mine === fetching) {
            swap(html);
            document.getElementById('state').textContent = answer.headers.get('x-page-time');
        }

        document.getElementById('offline').hidden = true;
    } catch {
        document.getElementById('offline').hidden = false;
    }

    plan();
}

function plan() {
    clearTimeout(timer);
    if (!paused && !document.hidden) {
        timer = setTimeout(refresh, interval);
    }
}

document.addEventListener('DOMContentLoaded', () => {
    if (!document.getElementById('pause')) {
        return;
    }

    showTheme();
    document.getElementById('theme').addEventListener('click', () => {
        theme = themes[(themes.indexOf(theme) + 1) % themes.length];
        try { localStorage.setItem('theme', theme); } catch { /* it lasts until the page is closed */ }
        showTheme();
    });
    document.getElementById('pause').addEventListener('click', event => {
        paused = !paused;
        event.target.setAttribute('aria-pressed', paused);
        event.target.textContent = paused ? 'Continue' : 'Pause';
        plan();
    });
    document.addEventListener('click', event => {
        const link = event.target.closest?.('a[data-swap]');
        if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            history.pushState(null, '', link.href);
            refresh();
        }
    });
    addEventListener('popstate', refresh);
    document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : refresh());
    plan();
});
