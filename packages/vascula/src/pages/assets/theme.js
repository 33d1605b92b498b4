// Light or dark: the system's choice until the reader makes one, which is kept where the browser allows.
{
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);

  const remembered = () => {
    try {
      return localStorage.getItem('vascula-theme');
    } catch {
      return null;
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem('vascula-theme', theme);
    } catch {
      // A browser that keeps nothing for pages on disk: the choice lasts as long as the page.
    }
  };
  const announce = () => {
    button.textContent = dark() ? 'Light page' : 'Dark page';
    document.dispatchEvent(new CustomEvent('themechange', { detail: dark() ? 'dark' : 'light' }));
  };

  const kept = remembered();
  if (kept === 'dark' || kept === 'light') root.dataset.theme = kept;
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    remember(root.dataset.theme);
    announce();
  });
  system.addEventListener('change', announce);
  announce();
}
