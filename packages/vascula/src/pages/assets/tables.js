// A click on a heading sorts the rows by it; another click turns the order round.
{
  const collator = new Intl.Collator('en', { numeric: true });

  const sortBy = (table, column, descending) => {
    const numeric = table.tHead.rows[0].cells[column].classList.contains('number');
    const sign = descending ? -1 : 1;
    const compare = (a, b) => {
      const [left, right] = [a, b].map((row) => row.cells[column].textContent);
      // What has no value comes last in either order.
      if (left === '–' || right === '–') return (left === '–') - (right === '–');
      return sign * (numeric ? Number(left) - Number(right) : collator.compare(left, right));
    };
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort(compare));
  };

  for (const table of document.querySelectorAll('main table')) {
    const headings = [...table.tHead.rows[0].cells];
    for (const [column, heading] of headings.entries()) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => {
        const descending = heading.getAttribute('aria-sort') === 'ascending';
        for (const other of headings) other.removeAttribute('aria-sort');
        heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        sortBy(table, column, descending);
      });
    }
  }
}
