// Draws /openapi.json: a section a domain, a row a route. No library, no inline script or style.
const make = (tag, text = "", ...children) => {
  const node = document.createElement(tag);
  node.textContent = text;
  node.append(...children);
  return node;
};

const nameOf = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(nameOf).join(" or ");
  if (schema.type === "array") return `list of ${nameOf(schema.items)}`;
  return [schema.type, schema.format].filter(Boolean).join(", ") + (schema.enum ? `: ${schema.enum.join(", ")}` : "");
};

const table = (heads, rows) => {
  const head = make("tr", "", ...heads.map((h) => make("th", h)));
  return make("table", "", head, ...rows.map((row) => make("tr", "", ...row.map((cell) => make("td", cell)))));
};

const fields = (document_, schema) => {
  const model = document_.components?.schemas?.[nameOf(schema)];
  if (!model?.properties) return null;
  const required = new Set(model.required ?? []);
  return table(
    ["field", "type", ""],
    Object.entries(model.properties).map(([name, property]) => [
      name,
      nameOf(property),
      [required.has(name) ? "required" : "", property.description ?? ""].filter(Boolean).join(". "),
    ]),
  );
};

const operation = (document_, path, method, op) => {
  const summary = make("summary", "", make("b", method.toUpperCase()), make("code", path), ` ${op.summary ?? ""}`);
  const body = make("div");
  body.append(make("p", op.description ?? ""));
  if (op["x-permission"]) body.append(make("p", `Permission: ${op["x-permission"]}`));
  if (op.parameters?.length)
    body.append(table(["parameter", "in", "type"], op.parameters.map((p) => [p.name, p.in, nameOf(p.schema)])));
  const schema = op.requestBody?.content?.["application/json"]?.schema;
  if (schema) body.append(make("p", `Body: ${nameOf(schema)}`), fields(document_, schema) ?? "");
  body.append(table(["answer", ""], Object.entries(op.responses ?? {}).map(([code, r]) => [code, r.description])));
  const details = make("details", "", summary, body);
  details.dataset.text = `${method} ${path} ${op.summary ?? ""}`.toLowerCase();
  return details;
};

const draw = (document_) => {
  const sections = new Map();
  for (const [path, methods] of Object.entries(document_.paths).sort(([a], [b]) => a.localeCompare(b)))
    for (const [method, op] of Object.entries(methods)) {
      if (typeof op !== "object" || !op.responses) continue;
      const tag = op.tags?.[0] ?? "other";
      if (!sections.has(tag)) sections.set(tag, make("section", "", make("h2", tag)));
      sections.get(tag).append(operation(document_, path, method, op));
    }
  document.getElementById("reference").replaceChildren(...sections.values());
};

document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const details of document.querySelectorAll("details")) details.hidden = !details.dataset.text.includes(wanted);
});

fetch("/openapi.json")
  .then((answer) => answer.json())
  .then(draw)
  .catch(() => {
    document.getElementById("reference").textContent = "The document could not be loaded.";
  });
