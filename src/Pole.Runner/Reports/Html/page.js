// A click on a column's head sorts its table: numbers by value, the rest by text; rows of class "mean" stay at the bottom.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const rows = [...body.rows].filter(row => !row.classList.contains("mean"));
    const fixed = [...body.rows].filter(row => row.classList.contains("mean"));
    rows.sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      const [x, y] = [Number(a), Number(b)];
      const order = a !== "" && b !== "" && !isNaN(x) && !isNaN(y) ? x - y : a.localeCompare(b);
      return ascending ? order : -order;
    });
    body.append(...rows, ...fixed);
  }));
}
