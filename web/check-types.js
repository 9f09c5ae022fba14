// Fails when src/api/schema.d.ts is not what our OpenAPI document makes of it.
import { readFile } from "node:fs/promises";
import process from "node:process";
import openapi, { astToString, COMMENT_HEADER } from "openapi-typescript";

const document = new URL("../functions/platform/openapi.json", import.meta.url);
const committed = new URL("./src/api/schema.d.ts", import.meta.url);
const wanted = COMMENT_HEADER + astToString(await openapi(document, { defaultNonNullable: false }));
if (wanted !== (await readFile(committed, "utf8"))) {
  console.error("src/api/schema.d.ts is out of step with the OpenAPI document: npm --prefix web run types");
  process.exit(1);
}
